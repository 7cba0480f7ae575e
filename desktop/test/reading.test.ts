import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Reading } from '../src/caller/reading'

class FakeSocket {
  static made: FakeSocket[] = []
  sent: string[] = []
  onopen: () => void = () => undefined
  onmessage: (event: { data: unknown }) => void = () => undefined
  onclose: (event: { code: number }) => void = () => undefined
  constructor() {
    FakeSocket.made.push(this)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.onclose({ code: 1000 })
  }
}

const newest = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket
const line = (n: number) => JSON.stringify({ n, type: 'state', callId: 'c', at: '2026-11-22T02:00:00Z', state: 'menu', text: 'menu' })

let reading: Reading
beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.made = []
  reading = new Reading(() => new FakeSocket() as unknown as WebSocket)
  reading.follow('abc')
  newest().onopen()
})
afterEach(() => vi.useRealTimers())

it('the token goes first', () => {
  expect(newest().sent).toEqual(['{"token":"abc"}'])
  expect(reading.following).toBe(true)
})

it('a lost connection is made again, and what was there stays', () => {
  newest().onmessage({ data: line(1) })
  newest().onclose({ code: 1006 })
  expect(reading.following).toBe(false)
  vi.advanceTimersByTime(1_000)
  newest().onopen()
  newest().onmessage({ data: line(1) })
  newest().onmessage({ data: line(2) })
  expect(reading.lines.map((one) => one.n)).toEqual([1, 2])
})

it('a token that is not ours is not tried again', () => {
  newest().onclose({ code: 4403 })
  vi.advanceTimersByTime(60_000)
  expect(FakeSocket.made).toHaveLength(1)
})

it('another token begins with nothing, and the old socket is not heard', () => {
  const old = newest()
  old.onmessage({ data: line(7) })
  reading.follow('def')
  old.onmessage({ data: line(8) })
  expect(reading.lines).toEqual([])
  newest().onmessage({ data: line(1) })
  expect(reading.lines).toHaveLength(1)
})

it('what is no frame changes nothing', () => {
  for (const data of ['', 'x', new Uint8Array(3)]) newest().onmessage({ data })
  expect(reading.lines).toEqual([])
})
