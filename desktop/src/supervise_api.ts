/** The HTTP side of supervision: figures, reports, recordings, callbacks and work items. */

import { call, part, type CallRow, type Label } from './api'
import { currentLanguage } from './i18n'
import { queryOf, type Query } from './supervise/query'
import type { Wallboard } from './wire_board'

export type { Query } from './supervise/query'

/** `[numerator, denominator, value]`; times are milliseconds in the sums and seconds in the value. */
export type Sums = [number, number, number | null]
export type Unit = 'count' | 'share' | 'seconds'

export interface MeasureRow {
  at: string | null
  /** `*` is everything together. */
  row: string
  label?: string
  values: Record<string, Sums>
  yearBefore?: Record<string, Sums>
}

export interface MeasureReport {
  by: string
  interval: string
  figures: { figure: string; unit: Unit }[]
  rows: MeasureRow[]
}

/** How many waited at once in an interval. */
export interface Waited {
  at: string
  mean: number
  most: number
}

export interface Definition {
  figure: string
  name: string
  formula: string
  unit: Unit
  interval: string
}

export interface Behind {
  at: string
  callId: string
  kind: string
  amount: number
  callerNumber: string
  place?: Label | null
  queue: string
  agentId: string
  node: string
  reconstructed: boolean
}

export interface ReportListed {
  name: string
  title: string
  period: string
  formats: string[]
  tables: { table: string; title: string }[]
  schedule: { at: string; days: string[]; monthDays: number[]; workingDays: boolean } | null
}

export interface ReportTable {
  table: string
  title: string
  by: string
  interval: string
  rows: MeasureRow[]
}

export interface Report {
  report: string
  title: string
  from: string
  to: string
  madeAt: string
  tables: ReportTable[]
  figures: Definition[]
}

export interface Recording {
  recordingId: string
  callId: string
  startedAt: string
  seconds: number
  direction: string
  queue: string
  agents: string[]
  keep: string
  keepUntil: string
  bytes: number
  state: string
  heldBy: string
  heldWhy: string
  onHold: boolean
  wrapUp: string
  callerNumber: string
  parts: { kind: 'talk' | 'hold' | 'pause'; agentId: string; fromS: number; toS: number }[]
}

export interface Ticket {
  callId: string
  origin: string
  number: string
  place?: Label | null
  queue: string
  askedAt: string
  placeAt: string
  dueAt: string
  dials: number
  dialling: boolean
  agentId: string | null
}

export interface WorkItem {
  itemId: number
  kind: string
  state: 'open' | 'taken' | 'done'
  openedAt: string
  dueAt: string
  queue: string
  callId: string | null
  number: string
  details: Record<string, string>
  takenBy: string | null
  takenAt: string | null
  closedBy: string | null
  closedAt: string | null
  result: string | null
  remarks: string | null
}

export interface Standing {
  queue: string
  waitedS: number
  points: number
  step: number
  wish: string | null
  ahead: number
  candidates: string[]
  excluded: Record<string, string>
}

export interface Offer {
  offer: number
  at: string
  agentId: string
  queue: string
  waitedS: number
  points: number
  step: number
  wish: string | null
  candidates: string[]
  excluded: Record<string, string>
  unlisted: number
  result: string | null
}

/** Reports and figures of long periods take longer than other answers. */
const SLOW_MS = 120_000

export const wallboard = () => call<Wallboard>('GET', '/wallboard')
export const measures = (query: Query) => call<MeasureReport>('GET', `/measures${queryOf(query)}`, undefined, SLOW_MS)
export const waiting = (query: Query) => call<Waited[]>('GET', `/measures/waiting${queryOf(query)}`, undefined, SLOW_MS)
export const behind = (query: Query) =>
  call<{ figure: string; numerator: number; behind: Behind[] }>('GET', `/measures/calls${queryOf(query)}`, undefined, SLOW_MS)
export const definitions = () => call<Definition[]>('GET', `/measures/figures?language=${currentLanguage()}`)

export const reports = () => call<ReportListed[]>('GET', `/reports?language=${currentLanguage()}`)
export const report = (name: string, query: Query) =>
  call<Report>('GET', `/reports/${part(name)}${queryOf({ ...query, language: currentLanguage() })}`, undefined, SLOW_MS)
export const reportFile = (name: string, query: Query): string =>
  `/api/v1/reports/${part(name)}${queryOf({ ...query, language: currentLanguage() })}`

export const calls = (query: Query) => call<CallRow[]>('GET', `/calls${queryOf(query)}`)
export const why = (callId: string) =>
  call<{ waiting: Standing | null; offers: Offer[] }>('GET', `/calls/${part(callId)}/why`)

export const recordings = (query: Query) => call<Recording[]>('GET', `/recordings${queryOf(query)}`)
export const soundOf = (id: string): string => `/api/v1/recordings/${part(id)}/audio`
export const holdRecording = (id: string, reason: string) =>
  call<Recording>('POST', `/recordings/${part(id)}/hold`, { reason })
export const releaseRecording = (id: string, reason: string) =>
  call<Recording>('POST', `/recordings/${part(id)}/release`, { reason })

export const callbacks = () => call<Ticket[]>('GET', '/callbacks')
export const cancelCallback = (callId: string, reason: string) =>
  call<void>('DELETE', `/callbacks/${part(callId)}`, { reason })

export const workItems = (query: Query) => call<WorkItem[]>('GET', `/work-items${queryOf(query)}`)
export const takeWork = (id: number) => call<WorkItem>('POST', `/work-items/${id}/take`, {})
export const closeWork = (id: number, result: string, remarks: string) =>
  call<WorkItem>('POST', `/work-items/${id}/close`, { result, remarks })
export const revealWork = (id: number, reason: string) =>
  call<{ number: string }>('POST', `/work-items/${id}/reveal`, { reason })
export const soundOfWork = (id: number): string => `/api/v1/work-items/${id}/audio`
