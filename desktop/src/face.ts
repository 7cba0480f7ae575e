/** How an agent's status and state look as one word with one colour and one sign. Pure. */

import type { Agent } from './wire'

export type Face =
  | 'logged_out'
  | 'ready'
  | 'not_ready'
  | 'break'
  | 'reserved'
  | 'ringing'
  | 'dialling'
  | 'talking'
  | 'held'
  | 'consulting'
  | 'conferencing'
  | 'monitoring'
  | 'wrap_up'

export function faceOf(agent: Pick<Agent, 'status' | 'state' | 'reason'>): Face {
  if (agent.status === 'logged_out') return 'logged_out'
  if (agent.state !== 'idle') return agent.state
  if (agent.status === 'ready') return 'ready'
  return agent.reason === 'BREAK' ? 'break' : 'not_ready'
}

/** Most pressing first: how a supervisor reads the list. */
export const FACE_ORDER: readonly Face[] = [
  'ringing',
  'reserved',
  'not_ready',
  'break',
  'wrap_up',
  'held',
  'consulting',
  'conferencing',
  'monitoring',
  'dialling',
  'talking',
  'ready',
  'logged_out',
]

export const byFace = (a: Agent, b: Agent): number =>
  FACE_ORDER.indexOf(faceOf(a)) - FACE_ORDER.indexOf(faceOf(b)) || a.agentId.localeCompare(b.agentId)

export const inTalk = (face: Face): boolean => ['talking', 'held', 'consulting', 'conferencing'].includes(face)
