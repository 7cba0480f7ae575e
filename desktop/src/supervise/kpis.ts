/** The row of figures over the live page and the wall. Pure: "now" is an argument. */

import type { Options } from '../api'
import { faceOf, inTalk, type Face } from '../face'
import { clock, secondsSince } from '../time'
import type { Agent } from '../wire'
import type { QueueBoard, Wallboard } from '../wire_board'
import { abandonLevel, answerRateLevel, centreTarget, shareLevel, targetOf, waitLevel, type Level } from './levels'

export interface Kpi {
  key: string
  value: string
  level: Level | null
}

export const NONE = '—'

export const percent = (value: number | null): string => (value === null ? NONE : `${Math.round(value * 100)}%`)

const plain = (key: string, value: number | string): Kpi => ({ key, value: String(value), level: null })

/** Those to be answered within two days, and those that are late already. */
function complaints(board: Wallboard | null): Kpi {
  if (!board) return plain('complaints', NONE)
  const level = board.complaintsOverdue ? 'bad' : board.complaintsDue ? 'warn' : null
  return { key: 'complaints', value: String(board.complaintsDue + board.complaintsOverdue), level }
}

/** What waits now and how the day goes. */
export function kpis(board: Wallboard | null, options: Options | null, now: number): Kpi[] {
  const wanted = centreTarget(options)
  const day = board?.centre ?? null
  const waits = board?.waiting ?? null
  const longest = secondsSince(board?.waitingSince, now)
  return [
    { key: 'waiting', value: waits === null ? NONE : String(waits), level: waits ? waitLevel(longest, wanted.withinS) : null },
    { key: 'longest', value: waits ? clock(longest) : NONE, level: waits ? waitLevel(longest, wanted.withinS) : null },
    { key: 'levelNow', value: percent(day?.serviceLevelNow ?? null), level: shareLevel(day?.serviceLevelNow ?? null, wanted.share) },
    { key: 'level', value: percent(day?.serviceLevel ?? null), level: shareLevel(day?.serviceLevel ?? null, wanted.share) },
    { key: 'answerRate', value: percent(day?.answerRate ?? null), level: answerRateLevel(day?.answerRate ?? null) },
    plain('handledIn', day?.handledIn ?? NONE),
    plain('handledOut', day?.handledOut ?? NONE),
    { key: 'abandoned', value: String(day?.abandoned ?? NONE), level: day ? abandonLevel(day.abandoned, day.answered) : null },
    plain('callbacks', board?.callbacks ?? NONE),
    { key: 'workDue', value: String(board?.workDue ?? NONE), level: board?.workDue ? 'bad' : null },
    complaints(board),
    plain('undispatched', board?.undispatched ?? NONE),
  ]
}

export interface QueueRow {
  queue: string
  waiting: number
  longest: string
  wait: Level | null
  answered: number
  abandoned: number
  given: Level | null
  levelNow: string
  nowLevel: Level | null
  level: string
  dayLevel: Level | null
}

/** A queue's line, held to its own target. */
export function queueRow(one: QueueBoard, options: Options | null, now: number): QueueRow {
  const wanted = targetOf(options, one.queue)
  const waited = secondsSince(one.waitingSince, now)
  const { serviceLevelNow, serviceLevel, answered, abandoned } = one.today
  return {
    queue: one.queue,
    waiting: one.waiting,
    longest: one.waiting ? clock(waited) : NONE,
    wait: one.waiting ? waitLevel(waited, wanted.withinS) : null,
    answered,
    abandoned,
    given: abandonLevel(abandoned, answered),
    levelNow: percent(serviceLevelNow),
    nowLevel: shareLevel(serviceLevelNow, wanted.share),
    level: percent(serviceLevel),
    dayLevel: shareLevel(serviceLevel, wanted.share),
  }
}

/** Agents by what they do; nobody is counted twice. */
export function crew(agents: readonly Agent[]): { key: string; count: number; face: Face }[] {
  const faces = agents.map(faceOf)
  const count = (fits: (face: Face) => boolean): number => faces.filter(fits).length
  return [
    { key: 'ready', count: count((face) => face === 'ready'), face: 'ready' },
    { key: 'ringing', count: count((face) => ['reserved', 'ringing', 'dialling'].includes(face)), face: 'ringing' },
    { key: 'talking', count: count(inTalk), face: 'talking' },
    { key: 'wrapUp', count: count((face) => face === 'wrap_up'), face: 'wrap_up' },
    { key: 'notReady', count: count((face) => face === 'not_ready'), face: 'not_ready' },
    { key: 'break', count: count((face) => face === 'break'), face: 'break' },
  ]
}
