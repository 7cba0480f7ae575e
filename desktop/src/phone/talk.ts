/** One SIP session with its sound, from the first ring to the end. */

import type { RTCSession } from 'jssip/lib/RTCSession'
import type { MicrophoneTrouble } from './microphone'
import { repaired } from './sdp'
import type { Speaker } from './speaker'
import { Voice, type VoiceParts } from './voice'

export type TalkPhase = 'ringing' | 'dialling' | 'answering' | 'talking' | 'ended'

export interface TalkState {
  direction: 'in' | 'out'
  phase: TalkPhase
  /** User part of the other end's address. */
  from: string
  /** When it was answered, by this machine's clock. */
  sinceMs: number | null
  muted: boolean
  /** Why the other end hears nothing of us; null while the microphone is open. */
  trouble: MicrophoneTrouble | null
  /** JsSIP's word for why it ended; '' while it has not. */
  cause: string
}

export interface TalkParts {
  address: string
  voice: VoiceParts
  /** The chosen microphone and what plays the other end. */
  microphone(): string
  speaker(): Speaker
}

/** What JsSIP has and its types lack. */
interface InDialog {
  sendRequest(method: string, options: { extraHeaders: string[]; eventHandlers: { onDialogError(): void } }): void
}

/** Host candidates come at once; who waits for all of them waits for STUN that nobody asked. */
const ICE_PAUSE_MS = 100
const BUSY_HERE = 486
const BROKEN_OFF = 'Reason: Q.850;cause=41;text="page closed"'
const TONE_MS = 100
const GAP_MS = 70
const PEER = { iceServers: [], bundlePolicy: 'max-bundle' as const }

/** Fires `change`. */
export class Talk extends EventTarget {
  state: TalkState
  readonly voice: Voice
  private session: RTCSession | null = null
  private ice: ReturnType<typeof setTimeout> | null = null
  private out: Speaker | null = null

  constructor(
    direction: 'in' | 'out',
    from: string,
    private readonly parts: TalkParts,
  ) {
    super()
    const phase = direction === 'in' ? 'ringing' : 'dialling'
    this.state = { direction, phase, from, sinceMs: null, muted: false, trouble: null, cause: '' }
    this.voice = new Voice(parts.voice)
    this.voice.addEventListener('gone', () => void this.renewVoice('gone'))
    this.voice.addEventListener('allowed', () => void this.renewVoice())
  }

  /** An incoming session, ringing. */
  static incoming(session: RTCSession, parts: TalkParts): Talk {
    const talk = new Talk('in', session.remote_identity.uri.user ?? '', parts)
    talk.follow(session)
    return talk
  }

  /** Opens the microphone first, then calls; hung up in between, nobody is called. */
  static async outgoing(target: string, call: (options: object) => RTCSession, parts: TalkParts, tell: (talk: Talk) => void): Promise<void> {
    const talk = new Talk('out', target, parts)
    tell(talk)
    const mediaStream = await talk.openVoice()
    if (talk.state.phase === 'ended') return talk.voice.close()
    talk.follow(call({ mediaStream, pcConfig: PEER, rtcOfferConstraints: { offerToReceiveAudio: true } }))
  }

  get connection(): RTCPeerConnection | null {
    return this.session?.connection ?? null
  }

  async answer(): Promise<void> {
    if (this.state.phase !== 'ringing') return
    this.change({ phase: 'answering' })
    const mediaStream = await this.openVoice()
    if (!this.session || this.session.isEnded()) return this.voice.close()
    this.session.answer({ mediaStream, pcConfig: PEER })
  }

  /** The page goes while they talk: nobody hung up, and the far end must know it (Q.850: temporary failure). */
  breakOff(): void {
    if (!this.session?.isEstablished()) return this.hangUp()
    this.session.terminate({ extraHeaders: [BROKEN_OFF] })
  }

  hangUp(): void {
    if (this.state.phase === 'ended') return
    if (!this.session) return this.ended('Canceled')
    const refused = this.state.phase === 'ringing' ? { status_code: BUSY_HERE } : {}
    if (!this.session.isEnded()) this.session.terminate(refused)
  }

  setMuted(muted: boolean): void {
    this.voice.setMuted(muted)
    this.change({ muted })
  }

  /** RFC 4733 events in the sound itself, with short gaps. */
  sendDigits(digits: string): void {
    if (!this.session?.isEstablished()) return
    this.session.sendDTMF(digits, { transportType: 'RFC2833' as never, duration: TONE_MS, interToneGap: GAP_MS })
  }

  /** The microphone was chosen anew, came back, or went: the talk goes on with what there is. */
  async renewVoice(why: MicrophoneTrouble | null = null): Promise<void> {
    if (why) this.change({ trouble: why })
    if (this.state.phase !== 'talking') return
    const track = (await this.openVoice(why)).getAudioTracks()[0] ?? null
    const sender = this.connection?.getSenders().find((one) => one.track?.kind === 'audio' || one.track === null)
    await sender?.replaceTrack(track)
  }

  /**
   * The line was lost and is back: the other end learns where we are now (RFC 3311), or its end of the talk would
   * never reach us; and a talk that ended meanwhile is over here too.
   */
  lineIsBack(): void {
    const session = this.session as (RTCSession & InDialog) | null
    if (!session?.isEstablished()) return
    const over = (): void => void (session.isEnded() || session.terminate())
    session.sendRequest('UPDATE', { extraHeaders: [`Contact: ${session.contact}`], eventHandlers: { onDialogError: over } })
  }

  useSpeaker(deviceId: string): void {
    this.out?.use(deviceId)
  }

  private async openVoice(why: MicrophoneTrouble | null = null): Promise<MediaStream> {
    const stream = await this.voice.open(this.parts.microphone())
    this.voice.setMuted(this.state.muted)
    const trouble = this.voice.trouble && (why ?? this.voice.trouble)
    this.change({ trouble })
    return stream
  }

  private follow(session: RTCSession): void {
    this.session = session
    session.on('sdp', (event) => {
      if (event.originator === 'local') event.sdp = repaired(event.sdp, this.parts.address)
    })
    session.on('icecandidate', ({ ready }) => {
      if (this.ice) clearTimeout(this.ice)
      this.ice = setTimeout(ready, ICE_PAUSE_MS)
    })
    session.on('peerconnection', ({ peerconnection }) => this.listen(peerconnection))
    if (session.connection) this.listen(session.connection)
    session.on('confirmed', () => this.change({ phase: 'talking', sinceMs: Date.now() }))
    session.on('ended', ({ cause }) => this.ended(cause))
    session.on('failed', ({ cause }) => this.ended(cause))
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ streams, track }) => {
      this.out ??= this.parts.speaker()
      this.out.play(streams[0] ?? new MediaStream([track]))
    })
  }

  private ended(cause: string): void {
    if (this.ice) clearTimeout(this.ice)
    this.voice.close()
    this.out?.stop()
    this.change({ phase: 'ended', cause })
  }

  private change(over: Partial<TalkState>): void {
    if (this.state.phase === 'ended') return
    this.state = { ...this.state, ...over }
    this.dispatchEvent(new Event('change'))
  }
}
