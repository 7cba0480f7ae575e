/** What getStats says of a talk, as figures, one grade, and two warnings. Pure. */

/** Totals since the talk began, at `atMs`. */
export interface Sample {
  atMs: number
  packetsIn: number
  lostIn: number
  packetsOut: number
  /** Seconds. */
  jitterS: number
  /** Seconds there and back; null until a report came. */
  rttS: number | null
  /** Sound heard: energy as W3C webrtc-stats counts it. */
  energyIn: number
  /** How loud the own microphone is now, as meter.ts tells it. */
  levelOut: number
}

export type Grade = 'good' | 'fair' | 'poor' | 'none'

export interface Quality {
  grade: Grade
  /** Mean opinion score, 1 to 4.4. */
  mos: number
  packetsIn: number
  packetsOut: number
  lossShare: number
  jitterMs: number
  rttMs: number | null
}

const PACKET_MS = 20
const PLAYOUT_MS = 20
/** How well the codec hides lost packets (ITU-T G.113, opus and G.711 with concealment). */
const ROBUSTNESS = 20

/** The E-model (ITU-T G.107) for delay and random loss alone, with its default R0 of 93.2. */
export function mos(lossShare: number, jitterMs: number, rttMs: number): number {
  const delayMs = rttMs / 2 + 2 * jitterMs + PACKET_MS + PLAYOUT_MS
  const late = delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0
  const lossPercent = lossShare * 100
  const r = 93.2 - (0.024 * delayMs + late) - (95 * lossPercent) / (lossPercent + ROBUSTNESS)
  if (r <= 0) return 1
  return 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r)
}

/** R above 80 (4.03): satisfied; above 60 (3.1): some are not. */
const gradeOf = (score: number): Grade => (score >= 4.03 ? 'good' : score >= 3.1 ? 'fair' : 'poor')

/** The quality between two samples; 'none' where not one packet came. */
export function qualityOf(before: Sample, now: Sample): Quality {
  const came = now.packetsIn - before.packetsIn
  const lost = Math.max(0, now.lostIn - before.lostIn)
  const lossShare = came + lost > 0 ? lost / (came + lost) : 0
  const jitterMs = now.jitterS * 1000
  const rttMs = now.rttS === null ? null : now.rttS * 1000
  const score = came > 0 ? mos(lossShare, jitterMs, rttMs ?? 0) : 1
  return {
    grade: came > 0 ? gradeOf(score) : 'none',
    mos: Math.round(score * 10) / 10,
    packetsIn: now.packetsIn,
    packetsOut: now.packetsOut,
    lossShare,
    jitterMs: Math.round(jitterMs),
    rttMs: rttMs === null ? null : Math.round(rttMs),
  }
}

const SPEAKING = 0.4
const SPEAKING_S = 1.5
const SILENT_S = 5
const AUDIBLE_PER_S = 1e-7

/** Remembers for how long somebody has spoken into a closed microphone, and nothing was heard. */
export class Ears {
  private silentSince: number | null = null
  private speakingSince: number | null = null

  hear(before: Sample, now: Sample, muted: boolean): { mutedTalking: boolean; silent: boolean } {
    const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000)
    const audible = (now.energyIn - before.energyIn) / seconds > AUDIBLE_PER_S
    this.silentSince = audible ? null : (this.silentSince ?? before.atMs)
    this.speakingSince = muted && now.levelOut > SPEAKING ? (this.speakingSince ?? before.atMs) : null
    return {
      mutedTalking: this.speakingSince !== null && now.atMs - this.speakingSince >= SPEAKING_S * 1000,
      silent: this.silentSince !== null && now.atMs - this.silentSince >= SILENT_S * 1000,
    }
  }

  /** Begin anew: on hold there is nothing to hear. */
  forget(): void {
    this.silentSince = this.speakingSince = null
  }
}
