/** JsSIP and the browser's media as far as the phone touches them. */

import type { RTCSession } from 'jssip/lib/RTCSession'
import type { UA, UAConfiguration } from 'jssip/lib/UA'
import { EventEmitter } from 'node:events'
import { vi } from 'vitest'
import type { PhoneAccount } from '../../src/phone/account'
import type { Opened } from '../../src/phone/microphone'
import type { PhoneParts } from '../../src/phone/softphone'

export const account: PhoneAccount = {
  endpoint: '8001w',
  uri: 'sip:8001w@95518',
  realm: '95518',
  password: 'secret',
  socket: '/sip',
  address: '192.0.2.7',
}

export class FakeTrack extends EventTarget {
  kind = 'audio'
  enabled = true
  stopped = false
  stop = (): void => void (this.stopped = true)
}

export class FakeStream {
  constructor(readonly track = new FakeTrack()) {}
  getTracks = (): FakeTrack[] => [this.track]
  getAudioTracks = (): FakeTrack[] => [this.track]
  clone = (): FakeStream => new FakeStream()
}

export class FakeConnection extends EventTarget {
  sender = { track: null as unknown, replaceTrack: vi.fn(async (track: unknown) => void (this.sender.track = track)) }
  stats: object[] = []
  getSenders = (): object[] => [this.sender]
  getStats = async (): Promise<Map<string, object>> => new Map(this.stats.map((stat, i) => [String(i), stat]))
}

export class FakeSession extends EventEmitter {
  connection = new FakeConnection()
  remote_identity = { uri: { user: '13800001234' } }
  over = false
  answered: { mediaStream: FakeStream } | null = null
  contact = '<sip:k3v0p1@2fhd9a.invalid;transport=ws>'
  sendDTMF = vi.fn()
  sendRequest = vi.fn()
  terminate = vi.fn(() => this.end('Terminated'))
  isEnded = (): boolean => this.over
  isEstablished = (): boolean => !this.over && this.answered !== null
  answer = (options: { mediaStream: FakeStream }): void => {
    this.answered = options
    this.connection.sender.track = options.mediaStream.track
    this.emit('confirmed')
  }
  end = (cause: string): void => {
    this.over = true
    this.emit('ended', { cause })
  }
}

export class FakeUa extends EventEmitter {
  static last: FakeUa
  connected = false
  called: { target: string; options: { mediaStream: FakeStream; extraHeaders: string[] }; session: FakeSession }[] = []
  register = vi.fn()
  start = vi.fn()
  stop = vi.fn()
  set = vi.fn()

  constructor(readonly configuration: UAConfiguration) {
    super()
    FakeUa.last = this
  }

  isConnected = (): boolean => this.connected
  call = (target: string, options: { mediaStream: FakeStream; extraHeaders: string[] }): RTCSession => {
    const session = new FakeSession()
    session.answered = options
    this.called.push({ target, options, session })
    return session as never
  }

  rings(headers: Record<string, string> = {}): FakeSession {
    const session = new FakeSession()
    this.emit('newRTCSession', { originator: 'remote', session, request: { getHeader: (name: string) => headers[name] } })
    return session
  }
}

/** A phone's surroundings; what the microphone answers is `opened`. */
export function surroundings(opened: () => Opened = () => ({ stream: new FakeStream() as never, trouble: null })) {
  const speaker = { play: vi.fn(), use: vi.fn(), stop: vi.fn() }
  const silent = new FakeStream()
  const parts: PhoneParts = {
    makeUa: (configuration) => new FakeUa(configuration) as unknown as UA,
    voice: {
      open: async () => opened(),
      silence: () => ({ stream: silent as never, stop: silent.track.stop }),
      watchLevel: () => () => undefined,
    },
    microphone: () => '',
    speaker: () => speaker,
  }
  return { parts, speaker, silent }
}
