import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DeskSocket, type Link } from '../src/socket'
import type { Frame } from '../src/wire'
import { snapshot } from './samples'

class FakeSocket {
  static all: FakeSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: ((gone: { code: number }) => void) | null = null
  sent: Record<string, unknown>[] = []
  closed = false

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  send = (text: string): void => void this.sent.push(JSON.parse(text) as Record<string, unknown>)
  close = (): void => void (this.closed = true)
  says = (message: object): void => this.onmessage?.({ data: JSON.stringify(message) })
  commands = (): Record<string, unknown>[] => this.sent.filter((it) => it.cmd !== 'resume' && it.cmd !== 'ping')
}

const last = (): FakeSocket => FakeSocket.all.at(-1) as FakeSocket

function desk() {
  const links: Link[] = []
  const frames: Frame[] = []
  const signedOut = vi.fn()
  const lastId: { value: string | null } = { value: null }
  const socket = new DeskSocket(() => 'ws://test/ws', {
    frame: (frame) => frames.push(frame),
    link: (link) => links.push(link),
    signedOut,
    lastId: () => lastId.value,
  })
  socket.connect()
  last().onopen?.()
  return { socket, links, frames, signedOut, lastId }
}

function onlineDesk() {
  const all = desk()
  last().says(snapshot())
  return all
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks first to resume, with nothing seen yet', () => {
  desk()
  expect(last().sent[0]).toMatchObject({ cmd: 'resume', after: null })
})

it('is online only when it has caught up', () => {
  const { links } = desk()
  expect(links.at(-1)?.is).toBe('connecting')
  last().says(snapshot())
  expect(links.at(-1)?.is).toBe('online')
})

it('comes back by itself and resumes after the last id seen', () => {
  const { links, lastId } = onlineDesk()
  lastId.value = '9-0'
  last().onclose?.({ code: 1006 })
  expect(links.at(-1)?.is).toBe('waiting')
  vi.advanceTimersByTime(500)
  last().onopen?.()
  expect(FakeSocket.all).toHaveLength(2)
  expect(last().sent[0]).toMatchObject({ cmd: 'resume', after: '9-0' })
})

it('waits longer after each failure, never over ten seconds', () => {
  const { links } = desk()
  const pauses: number[] = []
  for (let i = 0; i < 9; i += 1) {
    last().onclose?.({ code: 1006 })
    const link = links.at(-1)
    pauses.push(link?.is === 'waiting' ? link.retryAt - Date.now() : -1)
    vi.advanceTimersByTime(10_000)
  }
  expect(pauses[0]).toBeLessThanOrEqual(500)
  expect(pauses[8]).toBeGreaterThanOrEqual(5_000)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000)
})

it('a command ends with its own answer', async () => {
  const { socket } = onlineDesk()
  const asked = socket.send({ cmd: 'logOff' })
  const ref = last().commands()[0]?.ref
  last().says({ ref: 'another', ok: false })
  last().says({ ref, ok: true })
  await expect(asked).resolves.toBeUndefined()
})

it('a refusal carries the code and the sentence of the server', async () => {
  const { socket } = onlineDesk()
  const asked = socket.send({ cmd: 'clearConnection' })
  last().says({ ref: last().commands()[0]?.ref, ok: false, code: 'desk.noCall', message: '没有通话' })
  await expect(asked).rejects.toMatchObject({ code: 'desk.noCall', message: '没有通话' })
})

it('a command without an answer fails after eight seconds', async () => {
  const { socket } = onlineDesk()
  const asked = expect(socket.send({ cmd: 'logOff' })).rejects.toMatchObject({ code: 'desk.noAnswer' })
  vi.advanceTimersByTime(8_000)
  await asked
})

it('an unanswered command goes out once more after a reconnect, under the same ref', async () => {
  const { socket } = onlineDesk()
  const asked = socket.send({ cmd: 'logOff' })
  const before = last().commands()[0]
  last().onclose?.({ code: 1006 })
  vi.advanceTimersByTime(500)
  last().onopen?.()
  expect(last().commands()).toEqual([])
  last().says({ type: 'resumed', id: '5-0' })
  expect(last().commands()).toEqual([before])
  last().says({ ref: before?.ref, ok: true })
  await expect(asked).resolves.toBeUndefined()
})

it('refuses a command while it is not online', async () => {
  const { socket } = desk()
  await expect(socket.send({ cmd: 'logOff' })).rejects.toMatchObject({ code: 'desk.offline' })
})

it('does not fight the desktop that replaced it', () => {
  const { links } = onlineDesk()
  last().onclose?.({ code: 4009 })
  vi.advanceTimersByTime(60_000)
  expect(links.at(-1)?.is).toBe('replaced')
  expect(FakeSocket.all).toHaveLength(1)
})

it('goes back to the sign-in page when the session is over', () => {
  const { signedOut } = onlineDesk()
  last().onclose?.({ code: 4401 })
  vi.advanceTimersByTime(60_000)
  expect(signedOut).toHaveBeenCalledOnce()
  expect(FakeSocket.all).toHaveLength(1)
})

it('gives up a connection that has gone silent', () => {
  const { links } = onlineDesk()
  const dead = last()
  vi.advanceTimersByTime(45_000)
  expect(dead.closed).toBe(true)
  expect(links.some((link) => link.is === 'waiting')).toBe(true)
})

it('tries again when the server cannot resume now', () => {
  const { links } = desk()
  last().says({ ref: last().sent[0]?.ref, ok: false, code: 'store.down' })
  expect(links.at(-1)?.is).toBe('waiting')
})

it('no longer listens to a socket it has left', () => {
  const { socket, frames } = onlineDesk()
  const left = last()
  socket.connect()
  left.says({ type: 'replaced' })
  expect(frames).toHaveLength(1)
})

it('passes over frames that are no JSON', () => {
  const { frames } = onlineDesk()
  last().onmessage?.({ data: '{"type":' })
  expect(frames).toHaveLength(1)
})
