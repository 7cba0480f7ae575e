/**
 * A SIP phone in the page, over JsSIP: it registers, rings, answers, dials, and comes back by itself. It knows
 * nothing of sign-in, of agents, or of a framework: whoever holds it listens to `change` and reads `state`.
 * Hold and transfers are the server's; they reach this phone as a change of who is heard.
 */

import { UA } from 'jssip'
import type { IncomingRTCSessionEvent, RTCSessionEvent, UAConfiguration, UnRegisteredEvent } from 'jssip/lib/UA'
import { domainOf, sipUri, socketUrl, type PhoneAccount } from './account'
import { asksToAnswer } from './auto_answer'
import { Listener, NOTHING_HEARD, type Heard } from './listener'
import { SipSocket, type Gone } from './sip_socket'
import { speaker, type Speaker } from './speaker'
import { Talk, type TalkParts, type TalkState } from './talk'
import { REAL_VOICE, type VoiceParts } from './voice'

/** away: nobody answers, it tries again by itself; the last four wait for `renew`. */
export type PhoneLink = 'off' | 'connecting' | 'online' | 'away' | 'refused' | Exclude<Gone, 'lost'>

export interface PhoneState {
  link: PhoneLink
  talk: TalkState | null
  heard: Heard
}

export interface PhoneParts {
  makeUa(configuration: UAConfiguration): UA
  voice: VoiceParts
  microphone(): string
  speaker(): Speaker
}

const REAL: PhoneParts = {
  makeUa: (configuration) => new UA(configuration),
  voice: REAL_VOICE,
  microphone: () => '',
  speaker: () => speaker(''),
}

const REGISTER_S = 60
const AGAIN_MS = 3_000
const RECOVERY_S = { least: 1, most: 5 }
const BUSY_HERE = 486
const WAITS_FOR_ANSWER: readonly PhoneLink[] = ['connecting', 'online', 'away']
const NOT_ALLOWED: readonly number[] = [401, 403, 407]

export class Softphone extends EventTarget {
  state: PhoneState = { link: 'off', talk: null, heard: NOTHING_HEARD }
  private readonly parts: PhoneParts
  private readonly socket: SipSocket
  private readonly listener: Listener
  private ua: UA | null = null
  private talk: Talk | null = null
  private again: ReturnType<typeof setTimeout> | null = null
  private readonly leaving = (): void => this.talk?.breakOff()

  /** `register`: false for a phone that only dials. */
  constructor(
    private account: PhoneAccount,
    private readonly register = true,
    parts: Partial<PhoneParts> = {},
  ) {
    super()
    this.parts = { ...REAL, ...parts }
    this.socket = new SipSocket(socketUrl(account.socket, location), (why) => this.lost(why))
    this.listener = new Listener((heard) => this.change({ heard }))
  }

  start(): void {
    if (this.ua) return
    this.change({ link: 'connecting' })
    this.ua = this.parts.makeUa(this.configuration())
    this.ua.on('connecting', () => this.state.link === 'off' && this.change({ link: 'connecting' }))
    this.ua.on('connected', () => !this.register && this.online())
    this.ua.on('registered', () => this.online())
    this.ua.on('registrationFailed', (failure) => this.notRegistered(failure))
    this.ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if ((event.originator as string) === 'remote') this.rings(event as IncomingRTCSessionEvent)
    })
    this.ua.start()
    globalThis.addEventListener?.('pagehide', this.leaving)
  }

  /** Hangs up and signs off from Asterisk. */
  stop(): void {
    globalThis.removeEventListener?.('pagehide', this.leaving)
    if (this.again) clearTimeout(this.again)
    this.talk?.hangUp()
    this.ua?.stop()
    this.ua = null
    this.change({ link: 'off' })
  }

  /** New credentials after `refused`, `expired` or `wrongIdentity`; a talk goes on all the while. */
  renew(account: PhoneAccount): void {
    this.account = account
    this.ua?.set('password', account.password)
    this.ua?.set('realm', account.realm)
    this.change({ link: 'connecting' })
    this.socket.allow()
    if (this.ua?.isConnected()) this.ua.register()
  }

  async call(target: string, extraHeaders: string[] = []): Promise<void> {
    const ua = this.ua
    if (!ua || this.talk) return
    const call = (options: object) => ua.call(`sip:${target}@${domainOf(this.account.uri)}`, { ...options, extraHeaders })
    await Talk.outgoing(target, call, this.talkParts(), (talk) => this.follow(talk))
  }

  answer(): void {
    void this.talk?.answer()
  }

  hangUp(): void {
    this.talk?.hangUp()
  }

  setMuted(muted: boolean): void {
    this.talk?.setMuted(muted)
  }

  sendDigits(digits: string): void {
    this.talk?.sendDigits(digits)
  }

  /** Tries the microphone (another one, or anew) in the running talk. */
  renewMicrophone(): void {
    void this.talk?.renewVoice()
  }

  useHeadset(deviceId: string): void {
    this.talk?.useSpeaker(deviceId)
  }

  /** The server keeps the other end away (hold, menu): that nothing is heard is right. */
  expectSilence(on: boolean): void {
    this.listener.expectSilence(on)
  }

  private configuration(): UAConfiguration {
    const { account } = this
    return {
      sockets: [this.socket],
      uri: sipUri(account.endpoint, account),
      contact_uri: `sip:${account.endpoint}@${crypto.randomUUID().slice(0, 8)}.invalid;transport=ws`,
      authorization_user: account.endpoint,
      password: account.password,
      realm: account.realm,
      register: this.register,
      register_expires: REGISTER_S,
      session_timers: false,
      connection_recovery_min_interval: RECOVERY_S.least,
      connection_recovery_max_interval: RECOVERY_S.most,
    }
  }

  private talkParts(): TalkParts {
    return { address: this.account.address, ...this.parts }
  }

  private rings({ session, request }: IncomingRTCSessionEvent): void {
    if (this.talk) return session.terminate({ status_code: BUSY_HERE })
    this.follow(Talk.incoming(session, this.talkParts()))
    if (asksToAnswer((name) => request.getHeader(name))) this.answer()
  }

  private follow(talk: Talk): void {
    this.talk = talk
    talk.addEventListener('change', () => this.talked(talk))
    this.talked(talk)
  }

  private talked(talk: Talk): void {
    const over = talk.state.phase === 'ended'
    if (over) this.talk = null
    if (talk.state.phase === 'talking') this.listener.listen(talk)
    else this.listener.stop()
    this.change({ talk: talk.state })
  }

  private online(): void {
    this.change({ link: 'online' })
    this.talk?.lineIsBack()
  }

  private lost(why: Gone): void {
    this.change({ link: why === 'lost' ? 'away' : why })
  }

  private notRegistered({ response }: UnRegisteredEvent): void {
    if (!WAITS_FOR_ANSWER.includes(this.state.link)) return
    if (response && NOT_ALLOWED.includes(response.status_code)) return this.change({ link: 'refused' })
    this.change({ link: 'away' })
    // Nobody answered on a line that seems to stand: another one is opened.
    if (!response) return this.socket.drop()
    if (this.again) clearTimeout(this.again)
    this.again = setTimeout(() => this.ua?.isConnected() && this.ua.register(), AGAIN_MS)
  }

  private change(over: Partial<PhoneState>): void {
    this.state = { ...this.state, ...over }
    this.dispatchEvent(new Event('change'))
  }
}
