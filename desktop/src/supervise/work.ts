/** Work items as people see to them. Pure: "now" is an argument. */

import type { WorkItem } from '../supervise_api'
import type { Level } from './levels'

const SOON_MS = 30 * 60_000

/** Overdue, due within half an hour, or in good time. */
export function dueLevel(dueAt: string, now: number): Level {
  const left = Date.parse(dueAt) - now
  if (left < 0) return 'bad'
  return left < SOON_MS ? 'warn' : 'good'
}

export const RESULTS = ['done', 'unreachable', 'not_needed'] as const
export type Result = (typeof RESULTS)[number]

export const KINDS = ['voicemail', 'survey_follow_up', 'callback_failed', 'sms_failed'] as const

export const hasSound = (item: WorkItem): boolean => Boolean(item.details.message_id)

/** What nobody took anybody may take or close; what somebody took he closes himself. */
export const mayTake = (item: WorkItem): boolean => item.state === 'open'
export const mayClose = (item: WorkItem, login: string): boolean =>
  item.state === 'open' || (item.state === 'taken' && item.takenBy === login)

/** Details in words; ids of ours tell nobody anything. */
const HIDDEN: readonly string[] = ['message_id']
export const shownDetails = (item: WorkItem): [string, string][] =>
  Object.entries(item.details).filter(([name, text]) => !HIDDEN.includes(name) && text !== '')
