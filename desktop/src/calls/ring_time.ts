/** How long the phone still rings, by the server's own limit. Pure. */

import { secondsLeft } from '../time'
import type { Agent } from '../wire'

export interface RingTime {
  /** Whole seconds until the call is taken away. */
  leftS: number
  /** Of the whole ringing, 1 → 0. */
  share: number
}

/** null where the limit is not known: that of an earlier call is none. */
export function ringTime(me: Pick<Agent, 'since' | 'ringsUntil'> | null, now: number): RingTime | null {
  if (!me?.ringsUntil || !me.since) return null
  const [from, until] = [Date.parse(me.since), Date.parse(me.ringsUntil)]
  if (until <= from) return null
  const leftS = secondsLeft(me.ringsUntil, now)
  return { leftS, share: Math.min(1, (leftS * 1000) / (until - from)) }
}
