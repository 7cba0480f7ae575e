/** What is wrong at an agent's desk, the worst first. Pure: "now" is an argument. */

import { byFace, faceOf } from '../face'
import { secondsSince } from '../time'
import type { Agent } from '../wire'
import { LONG_HOLD_S, LONG_TALK_S, LONG_WRAP_UP_S } from './levels'

export type Trouble = 'asks' | 'missed' | 'overstayed' | 'longHold' | 'longWrapUp' | 'longTalk' | 'lost'

/** Also their order. */
export const TROUBLES: readonly Trouble[] = ['asks', 'missed', 'overstayed', 'longHold', 'longWrapUp', 'longTalk', 'lost']

/** `limitOf`: seconds that a reason may last, null for as long as one likes. */
export function troubleOf(agent: Agent, now: number, limitOf: (reason: string | null) => number | null): Trouble | null {
  if (agent.status === 'logged_out') return null
  const face = faceOf(agent)
  const seconds = secondsSince(agent.since, now)
  if (agent.asked) return 'asks'
  if (agent.reason === 'RNA' && face === 'not_ready') return 'missed'
  const limit = face === 'not_ready' || face === 'break' ? limitOf(agent.reason) : null
  if (agent.overstayed || (limit !== null && seconds > limit)) return 'overstayed'
  if (face === 'held' && seconds > LONG_HOLD_S) return 'longHold'
  if (face === 'wrap_up' && seconds > LONG_WRAP_UP_S) return 'longWrapUp'
  if (['talking', 'consulting', 'conferencing'].includes(face) && seconds > LONG_TALK_S) return 'longTalk'
  return agent.desk === 'lost' ? 'lost' : null
}

export interface AgentRow {
  agent: Agent
  trouble: Trouble | null
}

const rank = (trouble: Trouble | null): number => (trouble === null ? TROUBLES.length : TROUBLES.indexOf(trouble))

/** All agents: those in trouble on top, then as a supervisor reads the list; signed out last. */
export function agentRows(
  agents: readonly Agent[],
  now: number,
  limitOf: (reason: string | null) => number | null,
): AgentRow[] {
  return agents
    .map((agent) => ({ agent, trouble: troubleOf(agent, now, limitOf) }))
    .sort((a, b) => rank(a.trouble) - rank(b.trouble) || byFace(a.agent, b.agent))
}
