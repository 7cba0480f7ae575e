/** Calls of the history that somebody looks for, as the server's query and as an address to come back to. Pure. */

import type { CallRow, ReasonTree } from '../api'
import { spanOf, type Period } from './period'
import type { Query } from './query'

export interface CallSearch {
  period: Period
  from: string
  to: string
  queue: string
  agent: string
  outcome: string
  direction: string
  reason: string
  /** Whole, or its last digits. */
  number: string
  callId: string
}

export const emptyCallSearch = (): CallSearch => ({
  period: 'today', from: '', to: '', queue: '', agent: '', outcome: '', direction: '', reason: '', number: '', callId: '',
})

export const PAGE = 100
/** Of a number everybody sees so many last digits; a search by more is in the audit. */
export const SHOWN_DIGITS = 4
export const OUTCOMES = ['answered', 'abandoned', 'short_abandoned', 'callback_taken', 'overflowed', 'voicemail', 'forced_out', 'system_fail'] as const

const digitsOf = (text: string): string => text.replace(/[\s().-]/g, '')

/** What is in the field is no number, nor the end of one. */
export const unfitNumber = (number: string): boolean => digitsOf(number) !== '' && !/^\+?\d{3,20}$/.test(digitsOf(number))

export const isAudited = (number: string): boolean => digitsOf(number).length > SHOWN_DIGITS

const codes = (tree: ReasonTree): string[] => [tree.code, ...(tree.children ?? []).flatMap(codes)]
const reach = (trees: readonly ReasonTree[], code: string): ReasonTree | undefined =>
  trees.reduce<ReasonTree | undefined>((found, tree) => found ?? (tree.code === code ? tree : reach(tree.children ?? [], code)), undefined)

/** A reason stands for all below it. */
export function reasonsOf(trees: readonly ReasonTree[], code: string): string {
  const tree = reach(trees, code)
  return tree ? codes(tree).join(',') : code
}

/** Before all calls: where a period is open, or a call is named. */
const LONG_AGO = '2000-01-01T00:00:00.000Z'

export function callQuery(search: CallSearch, trees: readonly ReasonTree[], now: number): Query {
  const { period, from, to, reason, number, callId, ...words } = search
  const named = callId.trim()
  const { since, until } = named ? { since: null, until: null } : spanOf(period, now, from, to)
  return {
    since: since ?? LONG_AGO,
    until,
    ...words,
    reason: reason && reasonsOf(trees, reason),
    number: digitsOf(number),
    callId: named,
  }
}

/** The page that follows these rows. */
export function pageAfter(query: Query, rows: readonly CallRow[]): Query {
  const last = rows.at(-1)
  return last ? { ...query, before: `${last.arrivedAt},${last.callId}` } : query
}

const isField = (name: string): name is keyof CallSearch => name in emptyCallSearch()

/** A search as an address says it; what the address does not know is open. */
export function fromAddress(query: Readonly<Record<string, unknown>>): CallSearch {
  const known = Object.entries(query).filter(([name, value]) => isField(name) && typeof value === 'string')
  return { ...emptyCallSearch(), ...Object.fromEntries(known) } as CallSearch
}

/** What of a search an address says: never a number, for addresses are kept and sent on. */
export function toAddress(search: CallSearch): Record<string, string> {
  const first = emptyCallSearch()
  const given = Object.entries(search).filter(([name, value]) => name !== 'number' && value !== first[name as keyof CallSearch])
  return Object.fromEntries(given)
}

const local = (at: string): string => {
  const moment = new Date(Date.parse(at))
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`
}

/** Where a figure's question leads: the same days, queue, agent and reason in the history. */
export function fromFigure(query: Query): Record<string, string> {
  const moment = (value: Query[string]): string => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? local(value) : '')
  const found = { period: 'custom', from: moment(query.from), to: moment(query.to), ...Object.fromEntries((['queue', 'agent', 'reason'] as const).map((name) => [name, String(query[name] ?? '')])) }
  const outcome = (OUTCOMES as readonly string[]).includes(String(query.figure)) ? String(query.figure) : ''
  return Object.fromEntries(Object.entries({ ...found, outcome }).filter(([, value]) => value !== ''))
}
