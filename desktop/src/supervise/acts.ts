/** What a supervisor does to agents and calls: each act asks for a reason and becomes one command. Pure. */

import { faceOf, inTalk } from '../face'
import type { Agent, CallView, Command, Monitoring, Status, WatchMode } from '../wire'

export type Act =
  | { act: WatchMode; agentId: string }
  | { act: 'intercept' | 'release' | 'skills' | 'grant' | 'refuse'; agentId: string }
  | { act: 'force'; agentId: string; status: Status }
  | { act: 'move' | 'priority' | 'pickUp'; callId: string }
  | { act: 'notice' }

export interface Form {
  reason: string
  queue: string
  priority: number
  skills: Record<string, number>
  text: string
  queues: string[]
}

export const emptyForm = (): Form => ({ reason: '', queue: '', priority: 60, skills: {}, text: '', queues: [] })

export const MOST_PRIORITY = 100
export const SKILL_LEVELS: readonly number[] = [1, 2, 3, 4, 5]

/** The command of an act, or null while something of its form is missing. */
export function commandOf(act: Act, form: Form): Command | null {
  if (act.act === 'notice') {
    const text = form.text.trim()
    return text ? { cmd: 'sendNotice', text, ...(form.queues.length ? { queues: form.queues } : {}) } : null
  }
  const reason = form.reason.trim()
  if (!reason) return null
  switch (act.act) {
    case 'listen':
    case 'whisper':
    case 'barge':
      return { cmd: 'monitorStart', agentId: act.agentId, mode: act.act, reason }
    case 'intercept':
      return { cmd: 'interceptCall', agentId: act.agentId, reason }
    case 'release':
      return { cmd: 'releaseCall', agentId: act.agentId, reason }
    case 'force':
      return { cmd: 'forceAgentState', agentId: act.agentId, status: act.status, reason }
    case 'grant':
    case 'refuse':
      return { cmd: 'decideReason', agentId: act.agentId, granted: act.act === 'grant', reason }
    case 'skills':
      return { cmd: 'changeSkills', agentId: act.agentId, skills: form.skills, reason }
    case 'move':
      return form.queue ? { cmd: 'changeWaitingCall', callId: act.callId, queue: form.queue, reason } : null
    case 'priority':
      return { cmd: 'changeWaitingCall', callId: act.callId, priority: form.priority, reason }
    case 'pickUp':
      return { cmd: 'pickUpCall', callId: act.callId, reason }
  }
}

/** Who acts: whether he may at all, and whether he has a phone to listen at and to take calls. */
export interface Actor {
  supervises: boolean
  phone: boolean
}

export interface Choice {
  act: Act
  /** Key of its words: `act.<key>`. */
  key: string
  /** Why it cannot be done now (`act.why.<code>`), or null. */
  why: string | null
}

const STATES: readonly Status[] = ['ready', 'not_ready', 'logged_out']

/** What may be done at an agent's row, in the order of the menu; all acts are there, at the same place. */
export function agentActs(agent: Agent, who: Actor, monitoring: Monitoring | null): Choice[] {
  const { agentId } = agent
  const face = faceOf(agent)
  const talks = inTalk(face) ? null : 'noTalk'
  const phone = who.phone ? null : 'noPhone'
  const here = agent.status === 'logged_out' ? 'signedOut' : null
  const heard = (mode: WatchMode) => (monitoring?.agentId === agentId && monitoring.mode === mode ? 'already' : null)
  const watches: Choice[] = (['listen', 'whisper', 'barge'] as const).map((mode) => ({
    act: { act: mode, agentId },
    key: mode,
    why: talks ?? phone ?? heard(mode),
  }))
  const same = (status: Status): string | null => (agent.state === 'idle' && agent.status === status ? 'isSo' : null)
  return [
    ...watches,
    { act: { act: 'intercept', agentId }, key: 'intercept', why: talks ?? phone },
    { act: { act: 'release', agentId }, key: 'release', why: talks },
    ...STATES.map((status): Choice => ({ act: { act: 'force', agentId, status }, key: `force_${status}`, why: here ?? same(status) })),
    { act: { act: 'skills', agentId }, key: 'skills', why: here },
  ]
}

/** What may be done with a call that waits. */
export function callActs(call: CallView, who: Actor): Choice[] {
  const offered = call.phase === 'waiting' ? null : 'notWaiting'
  const { callId } = call
  return [
    { act: { act: 'move', callId }, key: 'move', why: offered },
    { act: { act: 'priority', callId }, key: 'priority', why: offered },
    { act: { act: 'pickUp', callId }, key: 'pickUp', why: who.phone ? null : 'noPhone' },
  ]
}

/** A talk that is heard already goes on in another mode: no new reason, for it is the same listening. */
export const changes = (act: Act, monitoring: Monitoring | null): act is { act: WatchMode; agentId: string } =>
  ['listen', 'whisper', 'barge'].includes(act.act) && 'agentId' in act && monitoring?.agentId === act.agentId
