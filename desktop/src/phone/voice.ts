/** What this end says: the microphone while there is one, else silence. Can be swapped in mid-call. */

import { watchLevel } from './meter'
import { openMicrophone, release, type MicrophoneTrouble, type Opened } from './microphone'
import { silence } from './silence'

export interface VoiceParts {
  open(deviceId: string): Promise<Opened>
  silence: typeof silence
  watchLevel: typeof watchLevel
}

export const REAL_VOICE: VoiceParts = { open: (deviceId) => openMicrophone(deviceId), silence, watchLevel }

/** A caller does not wait for somebody who looks for the browser's question. */
const PATIENCE_MS = 3_000

const asked = (): Promise<Opened> =>
  new Promise((resolve) => setTimeout(() => resolve({ stream: null, trouble: 'asked' }), PATIENCE_MS))

/** `gone` fires when the microphone was unplugged or its permission withdrawn, `allowed` when it came late. */
export class Voice extends EventTarget {
  stream: MediaStream | null = null
  /** Why nobody hears us; null while a microphone is open. */
  trouble: MicrophoneTrouble | null = null
  private loudest = 0
  private stopNow: () => void = () => undefined

  constructor(
    private readonly parts: VoiceParts,
    private muted = false,
  ) {
    super()
  }

  /** Opens the microphone, or takes silence; the stream before is released. */
  async open(deviceId: string): Promise<MediaStream> {
    const opening = this.parts.open(deviceId)
    const opened = await Promise.race([opening, asked()])
    if (opened.trouble === 'asked') void opening.then((late) => this.came(late))
    this.close()
    this.trouble = opened.trouble
    this.stream = opened.stream ? this.withMicrophone(opened.stream) : this.withSilence()
    this.setMuted(this.muted)
    return this.stream
  }

  /** How loud it was at the most since it was last asked for, as meter.ts tells it; also while muted. Whoever
   * speaks makes pauses: what is heard at one moment says little. */
  takeLevel(): number {
    const level = this.loudest
    this.loudest = 0
    return level
  }

  setMuted(muted: boolean): void {
    this.muted = muted
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted
  }

  close(): void {
    this.stopNow()
    this.stopNow = () => undefined
    this.stream = null
    this.loudest = 0
  }

  private came(late: Opened): void {
    release(late.stream)
    if (late.stream && this.trouble === 'asked') this.dispatchEvent(new Event('allowed'))
  }

  private withMicrophone(stream: MediaStream): MediaStream {
    // A muted track is silent for every listener; its twin still tells whether somebody speaks.
    const twin = stream.clone()
    const unwatch = this.parts.watchLevel(twin, (level) => (this.loudest = Math.max(this.loudest, level)))
    const lost = (): void => void this.dispatchEvent(new Event('gone'))
    for (const track of stream.getAudioTracks()) track.addEventListener('ended', lost, { once: true })
    this.stopNow = () => {
      for (const track of stream.getAudioTracks()) track.removeEventListener('ended', lost)
      unwatch()
      release(twin)
      release(stream)
    }
    return stream
  }

  private withSilence(): MediaStream {
    const made = this.parts.silence()
    this.stopNow = made.stop
    return made.stream
  }
}
