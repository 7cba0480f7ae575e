/** What a reader of reports asks for: one of the house's reports, or figures of his own choice. Pure. */

import type { Query } from '../supervise_api'

/** As config/reports.yaml knows them. */
export const REPORT_PERIODS = ['today', 'yesterday', 'last_week', 'last_month', 'last_year', 'week_to_date', 'month_to_date', 'year_to_date'] as const

export const BYS = ['centre', 'queue', 'agent', 'skill', 'area', 'branch', 'class', 'reason', 'wait', 'hour', 'weekday'] as const
export const INTERVALS = ['whole', '15m', '30m', '1h', 'day', 'month'] as const

/** Figures that most readers begin with. */
export const FIRST_FIGURES: readonly string[] = ['requests', 'answered', 'abandoned', 'service_level_5', 'answer_rate', 'answer_speed', 'handle_time_in']

export interface Own {
  from: string
  to: string
  by: string
  interval: string
  queue: string
  agent: string
  compare: boolean
  figures: string[]
}

const day = (now: number, back: number): string => {
  const at = new Date(now)
  at.setDate(at.getDate() - back)
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`
}

/** The last seven days by day. */
export const firstOwn = (now: number): Own => ({
  from: day(now, 6), to: day(now, 0), by: 'centre', interval: 'day', queue: '', agent: '', compare: false, figures: [...FIRST_FIGURES],
})

/** The day after, for people say "to" and mean that day too. */
export function dayAfter(date: string): string {
  const at = new Date(`${date}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + 1)
  return at.toISOString().slice(0, 10)
}

export const unfit = (own: Pick<Own, 'from' | 'to'>): boolean => !own.from || !own.to || own.to < own.from

export function ownQuery(own: Own): Query {
  return {
    from: own.from,
    to: dayAfter(own.to),
    by: own.by,
    interval: own.interval,
    queue: own.queue,
    agent: own.agent,
    figures: own.figures.join(','),
    compare: own.compare ? 'year' : '',
  }
}

/** Of a report: its own period, another, or days that somebody chose. */
export const reportQuery = (period: string, from: string, to: string): Query =>
  period === 'custom' ? { from, to: to ? dayAfter(to) : '' } : { period }

/** CSV of what is shown, with a mark by which Excel sees Chinese; what a spreadsheet would compute is text. */
export function csvOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+@-](?![\d.]+%?$)/.test(text) ? `'${text}` : text
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `\ufeff${[heads, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
