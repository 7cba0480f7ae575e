/** Calls of the history that somebody looks for. Pure: the server gives a stretch of time, the rest is chosen here. */

import type { CallRow } from '../api'

export interface CallSearch {
  queue: string
  agent: string
  outcome: string
  direction: string
  /** Of the masked number, or of the call's id. */
  text: string
}

export const emptyCallSearch = (): CallSearch => ({ queue: '', agent: '', outcome: '', direction: '', text: '' })

export const MOST = 500

const is = (wanted: string, found: string | null): boolean => wanted === '' || wanted === found

export function fits(row: CallRow, search: CallSearch, until: string | null): boolean {
  const text = search.text.trim()
  return (
    (until === null || Date.parse(row.arrivedAt) < Date.parse(until)) &&
    is(search.queue, row.queue) &&
    is(search.agent, row.agentId) &&
    is(search.outcome, row.outcome) &&
    is(search.direction, row.direction) &&
    (text === '' || row.callerNumber.includes(text) || row.callId.includes(text))
  )
}

/** Outcomes that occur, for the list to choose from. */
export const outcomes = (rows: readonly CallRow[]): string[] => [...new Set(rows.flatMap((row) => row.outcome ?? []))].sort()
