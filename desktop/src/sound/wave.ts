/** The picture of a sound, and where nobody speaks. Pure. */

/** The loudest of each of `count` equal stretches, from 0 to 1. */
export function peaks(samples: ArrayLike<number>, count: number): Float32Array {
  const found = new Float32Array(Math.max(0, count))
  const step = samples.length / Math.max(1, count)
  for (let bar = 0; bar < found.length; bar += 1) {
    const end = Math.min(samples.length, Math.floor((bar + 1) * step))
    let most = 0
    for (let i = Math.floor(bar * step); i < end; i += 1) most = Math.max(most, Math.abs(samples[i] ?? 0))
    found[bar] = most
  }
  return found
}

export interface Stretch {
  fromS: number
  toS: number
}

const QUIET = 0.015
const LEAST_S = 1.5
/** What is left of a silence on both sides, so that no word loses its edge. */
const EDGE_S = 0.25

/** Stretches in which no channel has anything to hear. `channels`: peaks, each of the same length. */
export function silences(channels: readonly ArrayLike<number>[], seconds: number): Stretch[] {
  const bars = channels[0]?.length ?? 0
  const perBar = bars ? seconds / bars : 0
  const found: Stretch[] = []
  let start = -1
  for (let bar = 0; bar <= bars; bar += 1) {
    const quiet = bar < bars && channels.every((one) => (one[bar] ?? 0) < QUIET)
    if (quiet && start < 0) start = bar
    if (quiet || start < 0) continue
    if ((bar - start) * perBar >= LEAST_S) found.push({ fromS: start * perBar + EDGE_S, toS: bar * perBar - EDGE_S })
    start = -1
  }
  return found
}

/** Where playing goes on when it came into a silence; null where somebody speaks. */
export const skipTo = (at: number, quiet: readonly Stretch[]): number | null =>
  quiet.find((one) => at >= one.fromS && at < one.toS)?.toS ?? null

export const SPEEDS: readonly number[] = [0.75, 1, 1.25, 1.5, 2]

export function nextSpeed(now: number, by: 1 | -1): number {
  const at = SPEEDS.indexOf(now)
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? 1 : at) + by))] ?? 1
}
