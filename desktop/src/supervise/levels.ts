/** When a figure is good, of concern, or bad. Pure. Colour and word of each level belong together. */

import type { Options } from '../api'

export type Level = 'good' | 'warn' | 'bad'

/** Seconds: hold beyond a minute wants a word to the caller; longer talks and wrap-ups want a look. */
export const LONG_HOLD_S = 60
export const LONG_TALK_S = 900
export const LONG_WRAP_UP_S = 180

/** Below the wanted share by so much is of concern, by more is bad. */
const NEAR = 0.05

/** Where queues name no other: 80 % within 20 s. */
const USUAL = { share: 0.8, withinS: 20 }
const ANSWER_RATE = 0.8
const ABANDON_RATE = 0.05

export const targetOf = (options: Options | null, queue: string | null): { share: number; withinS: number } =>
  (queue === null ? undefined : options?.targets?.[queue]) ?? USUAL

/** The centre is held to the least of what its queues are held to. */
export function centreTarget(options: Options | null): { share: number; withinS: number } {
  const all = Object.values(options?.targets ?? {})
  if (!all.length) return USUAL
  return { share: Math.min(...all.map((one) => one.share)), withinS: Math.max(...all.map((one) => one.withinS)) }
}

/** A share that ought to be `wanted` or more; nothing is known while there was nothing to count. */
export function shareLevel(value: number | null, wanted: number): Level | null {
  if (value === null) return null
  if (value >= wanted) return 'good'
  return value >= wanted - NEAR ? 'warn' : 'bad'
}

/** A wait against the queue's seconds: within them, up to three times, beyond. */
export function waitLevel(waitedS: number, withinS: number): Level {
  if (waitedS < withinS) return 'good'
  return waitedS < 3 * withinS ? 'warn' : 'bad'
}

export const answerRateLevel = (value: number | null): Level | null => shareLevel(value, ANSWER_RATE)

/** Of all that were answered or given up. */
export function abandonLevel(abandoned: number, answered: number): Level | null {
  const all = abandoned + answered
  if (!all) return null
  const share = abandoned / all
  if (share <= ABANDON_RATE) return 'good'
  return share <= 2 * ABANDON_RATE ? 'warn' : 'bad'
}

export const STALE_S = 20

/** How old what is shown may be: nothing is said, then how old it is, then that it is stale. */
export const ageLevel = (ageS: number): Level => (ageS < STALE_S / 2 ? 'good' : ageS < STALE_S ? 'warn' : 'bad')
