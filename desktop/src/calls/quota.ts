/** What is left today of a reason for being not ready. Pure: "now" is an argument. */

import type { Reason } from '../api'
import { dayOf } from '../time'
import type { Agent } from '../wire'

export interface Left {
  times: number | null
  minutes: number | null
  usedUp: boolean
}

const NOTHING = { times: 0, seconds: 0 }

/** Of a reason without limits both are null. `now`: the server's milliseconds. */
export function leftOf(reason: Reason, agent: Agent | null, now: number): Left {
  const today = agent?.usesOn === dayOf(new Date(now).toISOString())
  const used = (today ? agent?.uses[reason.code] : undefined) ?? NOTHING
  const since = agent?.reason === reason.code && agent.reasonSince ? Date.parse(agent.reasonSince) : now
  const seconds = used.seconds + Math.max(0, (now - since) / 1000)
  const times = reason.times === undefined ? null : Math.max(0, reason.times - used.times)
  const minutes = reason.minutes === undefined ? null : Math.max(0, Math.floor(reason.minutes - seconds / 60))
  return { times, minutes, usedUp: times === 0 || (minutes !== null && seconds >= (reason.minutes ?? 0) * 60) }
}
