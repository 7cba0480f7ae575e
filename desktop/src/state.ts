/** What the desktop knows, and how each frame changes it. Pure: no clock, no screen, no network. */

import type { Mode, ModeOn } from './api'
import {
  isBoard,
  isNotice,
  isOwnState,
  isPop,
  isSnapshot,
  type Agent,
  type CallView,
  type EventFrame,
  type Frame,
  type Monitoring,
  type Notice,
  type Pop,
  type Wallboard,
} from './wire'

export interface DeskState {
  /** The last event seen; a reconnected socket resumes after it. */
  lastId: string | null
  /** False until the first snapshot. */
  known: boolean
  myId: string | null
  agents: Record<string, Agent>
  calls: Record<string, CallView>
  pop: Pop | null
  /** The call the agent has now, or is wrapping up. */
  myCallId: string | null
  /** Server clock minus this machine's clock, in milliseconds. */
  skewMs: number
  replaced: boolean
  /** The newest wallboard; only supervision is sent it. */
  board: Wallboard | null
  /** What this supervisor listens to. */
  monitoring: Monitoring | null
  /** What supervisors said to this desktop within the last hour, the newest first. */
  notices: Notice[]
}

export const emptyState = (myId: string | null): DeskState => ({
  lastId: null,
  known: false,
  myId,
  agents: {},
  calls: {},
  pop: null,
  myCallId: null,
  skewMs: 0,
  replaced: false,
  board: null,
  monitoring: null,
  notices: [],
})

const MOST_NOTICES = 50

const by = <T>(items: T[], key: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map((item) => [key(item), item]))

const inACall = (agent: Agent): boolean => agent.status !== 'logged_out' && agent.state !== 'idle'

function snapshot(state: DeskState, frame: Extract<Frame, { type: 'snapshot' }>, receivedAt: number): DeskState {
  const agents = by(frame.agents, (agent) => agent.agentId)
  if (frame.me) agents[frame.me.agentId] = frame.me
  return {
    ...state,
    known: true,
    lastId: frame.id,
    agents,
    calls: by(frame.calls, (call) => call.callId),
    pop: frame.pop,
    myCallId: frame.me && inACall(frame.me) ? (frame.me.callId ?? frame.pop?.callId ?? null) : null,
    skewMs: Date.parse(frame.at) - receivedAt,
    replaced: false,
    monitoring: frame.monitoring ?? null,
    notices: [...(frame.notices ?? [])].reverse(),
  }
}

function withMe(state: DeskState, me: Agent): DeskState {
  if (!inACall(me)) return { ...state, myCallId: null, pop: null }
  const myCallId = me.callId ?? state.myCallId
  return { ...state, myCallId, pop: state.pop && state.pop.callId === myCallId ? state.pop : null }
}

function withAgent(state: DeskState, agent: Agent): DeskState {
  const next = { ...state, agents: { ...state.agents, [agent.agentId]: agent } }
  return agent.agentId === state.myId ? withMe(next, agent) : next
}

function withCall(state: DeskState, callId: string, call: CallView | null): DeskState {
  const calls = { ...state.calls }
  if (call === null || call.phase === 'ended') delete calls[callId]
  else calls[callId] = call
  return { ...state, calls }
}

function event(state: DeskState, frame: EventFrame): DeskState {
  let next = state
  if (frame.agent) next = withAgent(next, frame.agent)
  const callId = frame.call?.callId ?? frame.callId
  if (frame.call !== undefined && callId) next = withCall(next, callId, frame.call)
  return next
}

/** A clock behind the server's shows itself by events "from the future". */
function clockCorrected(state: DeskState, at: string | undefined, receivedAt: number): DeskState {
  const ahead = at ? Date.parse(at) - receivedAt : Number.NaN
  return ahead > state.skewMs ? { ...state, skewMs: ahead } : state
}

/** The state after one frame that arrived at `receivedAt` (this machine's milliseconds). */
export function reduce(state: DeskState, frame: Frame, receivedAt: number): DeskState {
  if (isSnapshot(frame)) return snapshot(state, frame, receivedAt)
  if (frame.type === 'replaced') return { ...state, replaced: true }
  if (isBoard(frame)) return { ...state, board: frame }
  if (isOwnState(frame)) return withAgent({ ...state, monitoring: frame.monitoring, lastId: frame.id ?? state.lastId }, frame.me)
  const replaced = state.replaced && frame.type !== 'resumed'
  const seen = clockCorrected({ ...state, replaced, lastId: frame.id ?? state.lastId }, frame.at, receivedAt)
  if (isNotice(frame)) return { ...seen, notices: [frame, ...seen.notices].slice(0, MOST_NOTICES) }
  if (!isPop(frame)) return event(seen, frame)
  return { ...seen, pop: frame, myCallId: frame.callId }
}

export const myself = (state: DeskState): Agent | null => (state.myId ? (state.agents[state.myId] ?? null) : null)

const STILL_WAITING: readonly string[] = ['waiting', 'callback', 'reserved', 'ringing', 'surviving']

/** Urgent calls that nobody talks with yet, the oldest first. */
export const alerts = (state: DeskState): CallView[] =>
  Object.values(state.calls)
    .filter((call) => call.alert && call.answeredAt === null)
    .sort((a, b) => a.arrivedAt.localeCompare(b.arrivedAt))

/** Calls that wait for an agent, in the order they will be served. */
export function waiting(state: DeskState): CallView[] {
  return Object.values(state.calls)
    .filter((call) => STILL_WAITING.includes(call.phase))
    .sort(
      (a, b) =>
        Number(b.head) - Number(a.head) ||
        b.priority - a.priority ||
        (a.queuedAt ?? a.arrivedAt).localeCompare(b.queuedAt ?? b.arrivedAt),
    )
}

/** Modes that are on, the one that ends first in front. */
export const modesOn = (modes: readonly Mode[]): (Mode & { on: ModeOn })[] =>
  modes
    .flatMap((mode) => (mode.on ? [{ ...mode, on: mode.on }] : []))
    .sort((a, b) => Date.parse(a.on.until) - Date.parse(b.on.until))
