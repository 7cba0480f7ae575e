/** What is looked for among recordings, as the server's query. Pure. */

import type { Query } from '../supervise_api'
import { spanOf, type Period } from './period'

export interface Search {
  period: Period
  from: string
  to: string
  agent: string
  queue: string
  wrapUpReason: string
  class: string
  number: string
  callId: string
  held: boolean
}

export const emptySearch = (): Search => ({
  period: 'today', from: '', to: '', agent: '', queue: '', wrapUpReason: '', class: '', number: '', callId: '', held: false,
})

export const LIMIT = 200

export function recordingQuery(search: Search, now: number): Query {
  const { period, from, to, held, ...words } = search
  const given = Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text.trim()]))
  return { ...spanOf(period, now, from, to), ...given, held: held ? '1' : '', limit: LIMIT }
}
