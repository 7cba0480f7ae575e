/** Listens to a running talk once a second: its figures, and what the person should be told. */

import { Ears, qualityOf, type Quality, type Sample } from './quality'
import { sampleOf } from './stats'
import type { Talk } from './talk'

export interface Heard {
  quality: Quality | null
  /** He speaks into a muted microphone. */
  mutedTalking: boolean
  /** Nothing was heard of the other end for five seconds. */
  silent: boolean
  /** The server keeps the other end away: nothing to hear is right. */
  quiet: boolean
}

export const NOTHING_HEARD: Heard = { quality: null, mutedTalking: false, silent: false, quiet: false }

const EVERY_MS = 1_000

export class Listener {
  private timer: ReturnType<typeof setInterval> | null = null
  private talk: Talk | null = null
  private before: Sample | null = null
  private ears = new Ears()
  private silenceExpected = false

  constructor(private readonly tell: (heard: Heard) => void) {}

  listen(talk: Talk): void {
    if (this.talk === talk) return
    this.stop()
    this.talk = talk
    this.timer = setInterval(() => void this.look(talk), EVERY_MS)
  }

  stop(): void {
    if (!this.timer) return
    clearInterval(this.timer)
    this.timer = this.talk = this.before = null
    this.ears = new Ears()
    this.tell(NOTHING_HEARD)
  }

  expectSilence(on: boolean): void {
    this.silenceExpected = on
    if (on) this.ears.forget()
  }

  private async look(talk: Talk): Promise<void> {
    const report = await talk.connection?.getStats().catch(() => null)
    if (!report || this.talk !== talk) return
    const now = sampleOf(report.values(), performance.now(), talk.voice.takeLevel())
    const before = this.before
    this.before = now
    if (!before) return
    const warned = this.ears.hear(before, now, talk.state.muted)
    if (this.silenceExpected) this.ears.forget()
    this.tell({
      quality: qualityOf(before, now),
      mutedTalking: warned.mutedTalking,
      silent: warned.silent && !this.silenceExpected,
      quiet: this.silenceExpected,
    })
  }
}
