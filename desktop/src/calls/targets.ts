/** Whom a caller can be sent to, or asked: agents, queues and menu tasks as they stand now, and numbers. Pure. */

import { byFace, faceOf, type Face } from '../face'
import type { Agent, CallView, TargetKind } from '../wire'

export interface Target {
  kind: TargetKind | 'task'
  /** An agent's id, a queue's or a task's name, a number. */
  id: string
  name: string
  /** Only a free colleague can be rung. */
  able: boolean
  agent?: Agent
  face?: Face
  /** How many wait in the queue, and since when the first does. */
  waiting?: number
  waitingSince?: string | null
}

export interface Known {
  myId: string | null
  agents: Agent[]
  calls: CallView[]
  queues: { name: string; label: string }[]
  tasks: { name: string; label: string }[]
}

/** Digits with the signs people write between them. */
const NUMBER = /^[\d*#][\d*# -]{1,30}$/

const matches = (words: string[], query: string): boolean => words.some((word) => word.toLowerCase().includes(query))

function agents(known: Known, query: string): Target[] {
  return known.agents
    .filter((agent) => agent.agentId !== known.myId && agent.status !== 'logged_out')
    .filter((agent) => matches([agent.name, agent.agentId, agent.extension], query))
    .sort((a, b) => Number(isFree(b)) - Number(isFree(a)) || byFace(a, b))
    .map((agent) => ({ kind: 'agent', id: agent.agentId, name: agent.name, able: isFree(agent), agent, face: faceOf(agent) }))
}

const isFree = (agent: Agent): boolean => agent.status === 'ready' && agent.state === 'idle'

function queues(known: Known, query: string): Target[] {
  return known.queues
    .filter(({ name, label }) => matches([name, label], query))
    .map(({ name, label }) => {
      const waits = known.calls.filter((call) => call.queue === name && call.phase === 'waiting')
      const waitingSince = waits.map((call) => call.queuedAt ?? call.arrivedAt).sort()[0] ?? null
      return { kind: 'queue', id: name, name: label, able: true, waiting: waits.length, waitingSince }
    })
}

const tasks = (known: Known, query: string): Target[] =>
  known.tasks
    .filter(({ name, label }) => matches([name, label], query))
    .map(({ name, label }) => ({ kind: 'task', id: name, name: label, able: true }))

/** Agents first, the free ones on top; a query that is a number can also be dialled. */
export function targets(known: Known, query: string, withTasks: boolean): Target[] {
  const sought = query.trim().toLowerCase()
  const number = sought.replace(/[ -]/g, '')
  return [
    ...(NUMBER.test(sought) ? [{ kind: 'number' as const, id: number, name: number, able: true }] : []),
    ...agents(known, sought),
    ...queues(known, sought),
    ...(withTasks ? tasks(known, sought) : []),
  ]
}
