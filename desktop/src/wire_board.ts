/** What supervisors' desktops are sent besides: the wallboard, and what they listen to. */

/** What the supervisor at this desktop listens to; `heard` once his phone was answered. */
export interface Monitoring {
  callId: string
  agentId: string
  mode: WatchMode
  heard: boolean
}

export type WatchMode = 'listen' | 'whisper' | 'barge'

export interface DayFigures {
  arrived: number
  handledIn: number
  handledOut: number
  answered: number
  abandoned: number
  answerRate: number | null
  serviceLevel: number | null
  /** Of the last thirty minutes. */
  serviceLevelNow: number | null
}

export interface QueueBoard {
  queue: string
  waiting: number
  waitingSince: string | null
  callbacks: number
  today: DayFigures
}

export interface Wallboard {
  at: string
  /** False until the day was read after a start. */
  complete: boolean
  centre: DayFigures
  waiting: number
  waitingSince: string | null
  callbacks: number
  workOpen: number
  workDue: number
  /** To be answered within two days. */
  complaintsDue: number
  /** Their day has passed. */
  complaintsOverdue: number
  /** Reported losses that nobody was sent to. */
  undispatched: number
  queues: QueueBoard[]
  states: { state: string; reason: string; agents: number; longestAgentId: string; since: string | null }[]
}
