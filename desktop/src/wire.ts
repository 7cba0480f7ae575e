/** What comes over `/ws` and `/api/v1`; docs/protocol describes each field. Times are ISO 8601 in UTC. */

import type { Label } from './api'
import type { Monitoring, Wallboard, WatchMode } from './wire_board'
import type { Pop } from './wire_pop'

export type { Monitoring, Wallboard, WatchMode } from './wire_board'
export type { Article, Claim, Contact, Customer, OpenCase, Policy, Pop } from './wire_pop'

export type Status = 'logged_out' | 'ready' | 'not_ready'
export type CallingState =
  'idle' | 'reserved' | 'ringing' | 'dialling' | 'talking' | 'held' | 'consulting' | 'conferencing' | 'monitoring' | 'wrap_up'
export type Phase =
  'ivr' | 'waiting' | 'callback' | 'reserved' | 'ringing' | 'whisper' | 'dialling' | 'talking' | 'held' | 'menu' | 'after' | 'transferred' | 'surviving' | 'ended'

export interface Agent {
  agentId: string
  name: string
  extension: string
  status: Status
  reason: string | null
  pending: Status | null
  pendingReason: string | null
  state: CallingState
  since: string | null
  callId: string | null
  /** While he is reserved or rung: when his phone stops and the call is taken from him. */
  ringsUntil: string | null
  wrapUpUntil: string | null
  wrapUpExtended: boolean
  skills: Record<string, number>
  /** A supervisor chose what is pending. */
  forced: boolean
  /** A reason that waits for a supervisor's word. */
  asked: string | null
  askedUntil: string | null
  /** His reason has lasted too long. */
  overstayed: boolean
  /** Name of another desk than his own. */
  seat: string
  phone: PhoneKind
  reasonSince: string | null
  /** What he used of limited reasons on `usesOn`, a day of the centre; without the time of the one in force. */
  uses: Record<string, { times: number; seconds: number }>
  usesOn: string | null
  /** Whether a desktop of his is connected. */
  desk?: 'unseen' | 'here' | 'lost'
}

export type PhoneKind = 'browser' | 'desk'

/** Somebody on a call beside the caller and the agent whose call it is. */
export interface Party {
  partyId: string
  role: 'consulted' | 'conference' | 'supervisor'
  phase: 'waiting' | 'dialling' | 'ringing' | 'talking' | 'held'
  since: string
  agentId: string | null
  queue: string | null
  number: string
}

export interface CallView {
  callId: string
  callerNumber: string
  /** Where the number was issued. */
  place?: Label | null
  phase: Phase
  queue: string | null
  priority: number
  queuedAt: string | null
  arrivedAt: string
  agentId: string | null
  answeredAt: string | null
  language: string
  keys: string[]
  head: boolean
  attempt: number
  /** '' for none, 'open', or who has acknowledged it. */
  alert: string
  direction: 'inbound' | 'outbound'
  /** By whose doing the caller hears music. */
  heldBy: '' | 'phone' | 'desk'
  /** What the caller does in the menu; else empty. */
  task: string
  muted: boolean
  /** The recording that is being made; empty for none. */
  recording: string
  /** Who paused it; empty while it has sound. */
  recordingPaused: string
  parties: Party[]
}

/** A supervisor's words to everybody, or to the agents of some queues. */
export interface Notice {
  at: string
  by: string
  text: string
  queues: string[]
}

export interface SnapshotFrame {
  type: 'snapshot'
  id: string
  at: string
  me: Agent | null
  agents: Agent[]
  calls: CallView[]
  pop: Pop | null
  monitoring?: Monitoring | null
  /** Of the last hour, the oldest first. */
  notices?: Notice[]
}

export interface EventFrame {
  type: string
  id?: string
  at?: string
  callId?: string
  agentId?: string
  agent?: Agent | null
  call?: CallView | null
}

export type NoticeFrame = Notice & { type: 'noticeSent'; id?: string }
export type PopFrame = Pop & { type: 'screenPop'; id?: string; at?: string }
export type BoardFrame = Wallboard & { type: 'wallboard' }
export interface OwnStateFrame {
  type: 'ownState'
  id?: string
  me: Agent
  monitoring: Monitoring | null
}
export type Frame = NoticeFrame | SnapshotFrame | PopFrame | EventFrame

export interface Answer {
  ref: string
  ok: boolean
  code?: string
  message?: string
}

/** What a record says beside its reason. */
export interface WrapUpFields {
  remarks: string
  solved: boolean
  followUp: boolean
  handling: '' | 'answered' | 'transferred' | 'dispatched' | 'call_back'
  callerRole: '' | 'holder' | 'insured' | 'third_party' | 'surveyor' | 'other'
  emotion: '' | 'calm' | 'worried' | 'angry'
  /** Number of a policy, report or case: letters, digits, hyphens, at most 32. */
  reference: string
  /** A day, `YYYY-MM-DD`. */
  followUpDue: string | null
}

export type TargetKind = 'agent' | 'queue' | 'number'

export type Command =
  | { cmd: 'logOff' | 'clearConnection' | 'extendWrapUp' | 'endWrapUp' | 'cancelPending' | 'ping' }
  | { cmd: 'answerCall' | 'holdCall' | 'retrieveCall' | 'transferToSurvey' | 'pauseRecording' | 'resumeRecording' }
  | { cmd: 'transferCall' | 'reconnectCall' | 'alternateCall' | 'conferenceCall' }
  | { cmd: 'logOn'; phone: PhoneKind; seat?: string }
  | { cmd: 'setMute'; on: boolean }
  | { cmd: 'sendDigits'; digits: string }
  | { cmd: 'consultationCall' | 'singleStepTransfer'; kind: TargetKind; target: string }
  | { cmd: 'sendToMenu'; task: string }
  | { cmd: 'makeCall'; number: string; shownNumber?: string }
  | { cmd: 'monitorStart'; agentId: string; mode: WatchMode; reason: string }
  | { cmd: 'monitorChange'; mode: WatchMode }
  | { cmd: 'monitorStop' }
  | { cmd: 'interceptCall' | 'releaseCall'; agentId: string; reason: string }
  | { cmd: 'pickUpCall'; callId: string; to?: string; reason: string }
  | { cmd: 'forceAgentState'; agentId: string; status: Status; reason: string }
  | { cmd: 'changeSkills'; agentId: string; skills: Record<string, number>; reason: string }
  | { cmd: 'decideReason'; agentId: string; granted: boolean; reason: string }
  | { cmd: 'changeWaitingCall'; callId: string; queue?: string; priority?: number; reason: string }
  | { cmd: 'sendNotice'; text: string; queues?: string[] }
  | { cmd: 'setAgentState'; status: 'ready' | 'not_ready'; reason?: string }
  | ({ cmd: 'saveWrapUp'; callId: string; reason: string } & WrapUpFields)

export const isSnapshot = (frame: Frame): frame is SnapshotFrame => frame.type === 'snapshot'
export const isBoard = (frame: { type: string }): frame is BoardFrame => frame.type === 'wallboard'
export const isOwnState = (frame: { type: string }): frame is OwnStateFrame => frame.type === 'ownState'
export const isNotice = (frame: { type: string }): frame is NoticeFrame => frame.type === 'noticeSent'
export const isPop = (frame: Frame): frame is PopFrame => frame.type === 'screenPop'

function record(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** A frame, an answer to a command, or null for what is neither. */
export function parse(text: string): { frame: Frame } | { answer: Answer } | null {
  const value = record(text)
  if (value === null) return null
  if (typeof value.ok === 'boolean') return { answer: value as unknown as Answer }
  return typeof value.type === 'string' ? { frame: value as unknown as Frame } : null
}
