import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SipSocket } from '../../src/phone/sip_socket'

class FakeWebSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static all: FakeWebSocket[] = []
  readyState = 0
  binaryType = ''
  onopen: (() => void) | null = null
  onclose: ((closed: object) => void) | null = null
  onmessage: ((message: object) => void) | null = null
  sent: string[] = []

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    FakeWebSocket.all.push(this)
  }

  open = (): void => {
    this.readyState = 1
    this.onopen?.()
  }
  send = (text: string): void => void this.sent.push(text)
  close = (code = 1000): void => {
    this.readyState = 3
    this.onclose?.({ code, wasClean: code !== 1006, reason: '' })
  }
}

const last = (): FakeWebSocket => FakeWebSocket.all.at(-1) as FakeWebSocket

function connected() {
  const gone = vi.fn()
  const socket = new SipSocket('ws://cti.example:8080/sip', gone)
  const lost = vi.fn()
  socket.ondisconnect = lost
  socket.connect()
  last().open()
  return { socket, gone, lost }
}

beforeEach(() => {
  FakeWebSocket.all = []
  vi.stubGlobal('WebSocket', FakeWebSocket)
})
afterEach(() => void vi.unstubAllGlobals())

it('asks for the subprotocol of SIP and passes texts on', () => {
  const { socket } = connected()
  expect(last().protocol).toBe('sip')
  expect(socket.send('REGISTER')).toBe(true)
  expect(last().sent).toEqual(['REGISTER'])
})

it('comes back after a loss', () => {
  const { socket, gone, lost } = connected()
  last().close(1006)
  expect(gone).toHaveBeenCalledWith('lost')
  expect(lost).toHaveBeenCalledWith(true, 1006, '')
  expect(socket.send('BYE')).toBe(false)
  socket.connect()
  expect(FakeWebSocket.all).toHaveLength(2)
})

it.each([
  [4401, 'expired'],
  [4403, 'wrongIdentity'],
  [4009, 'takenOver'],
])('after code %d waits to be allowed', (code, why) => {
  const { socket, gone } = connected()
  last().close(code)
  expect(gone).toHaveBeenCalledWith(why)
  socket.connect()
  expect(FakeWebSocket.all).toHaveLength(1)
  socket.allow()
  expect(FakeWebSocket.all).toHaveLength(2)
})

it('disconnected on purpose tells nobody', () => {
  const { socket, gone } = connected()
  socket.disconnect()
  expect(gone).not.toHaveBeenCalled()
})

it('hears nothing of a connection it has left', () => {
  const { socket } = connected()
  const left = last()
  const heard = vi.fn()
  socket.ondata = heard
  socket.disconnect()
  socket.connect()
  left.onmessage?.({ data: 'INVITE' })
  expect(heard).not.toHaveBeenCalled()
})
