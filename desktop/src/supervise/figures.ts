/** Tables of figures: how a value reads, what changed in a year, what lies behind it, and its plot. Pure. */

import type { Plot } from '../chart/options'
import type { Definition, MeasureRow, Query, Sums, Unit } from '../supervise_api'
import { clock, dayOf, timeOfDay } from '../time'
import { NONE } from './kpis'

export interface FigureTable {
  by: string
  interval: string
  rows: MeasureRow[]
}

export interface Span {
  from: string
  to: string
}

export const ALL = '*'

export function shown(sums: Sums | undefined, unit: Unit): string {
  const value = sums?.[2]
  if (value === null || value === undefined) return NONE
  if (unit === 'share') return `${(value * 100).toFixed(1)}%`
  return unit === 'seconds' ? clock(value) : String(Math.round(value))
}

/** Against the year before: points for shares, per cent for all others; null where there is nothing to compare. */
export function change(now: Sums | undefined, before: Sums | undefined, unit: Unit): string | null {
  const [new_, old] = [now?.[2], before?.[2]]
  if (new_ === null || new_ === undefined || old === null || old === undefined) return null
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(1)}`
  if (unit === 'share') return `${signed((new_ - old) * 100)} pp`
  return old === 0 ? null : `${signed(((new_ - old) / old) * 100)}%`
}

/** Figures that occur in the rows, as the definitions order them. */
export const figuresOf = (table: FigureTable, known: readonly Definition[]): Definition[] =>
  known.filter(({ figure }) => table.rows.some((row) => figure in row.values))

export function momentOf(at: string | null, interval: string): string {
  if (at === null) return ''
  if (interval === 'month') return dayOf(at).slice(0, 7)
  return interval === 'day' ? dayOf(at) : `${dayOf(at).slice(5)} ${timeOfDay(at).slice(0, 5)}`
}

/** Rows by which the server narrows contacts; an hour of the day or a weekday is many stretches. */
const NARROWS: readonly string[] = ['queue', 'agent', 'skill', 'area', 'branch', 'node', 'class', 'reason', 'wait']

/** The question for the contacts behind a cell, or null where there is none. */
export function behindQuery(table: FigureTable, row: MeasureRow, figure: string, span: Span, only: Query = {}): Query | null {
  if (row.row !== ALL && row.row !== '' && table.by !== 'centre' && !NARROWS.includes(table.by)) return null
  const narrowed: Query = row.row === ALL || table.by === 'centre' ? {} : { [table.by]: row.row }
  const later = table.rows.flatMap(({ at }) => (at !== null && row.at !== null && at > row.at ? at : []))
  const end = row.at === null ? span.to : later.reduce((first, at) => (at < first ? at : first), span.to)
  return { figure, from: row.at ?? span.from, to: end, ...only, ...narrowed }
}

const MOST_SERIES = 6

/** One figure: over time where there are intervals, else by row; the year before beside it, dashed. */
export function plotOf(table: FigureTable, definition: Definition, words: { now: string; before: string; of: (row: MeasureRow) => string }): Plot | null {
  const value = (row: MeasureRow | undefined, year = false): number | null =>
    (year ? row?.yearBefore : row?.values)?.[definition.figure]?.[2] ?? null
  const parts = table.rows.filter((row) => row.row !== ALL || table.by === 'centre')
  const timed = parts.filter((row) => row.at !== null)
  const compared = parts.some((row) => row.yearBefore)
  if (!timed.length) {
    const rows = parts.filter((row) => row.row !== ALL)
    if (!rows.length) return null
    const bars = { name: words.now, kind: 'bar' as const, values: rows.map((row) => value(row)) }
    const old = { name: words.before, kind: 'bar' as const, values: rows.map((row) => value(row, true)), colour: 'text-2' as const }
    return { labels: rows.map(words.of), unit: definition.unit, series: compared ? [bars, old] : [bars] }
  }
  const times = [...new Set(timed.map((row) => row.at ?? ''))].sort()
  const names = [...new Set(timed.map((row) => row.row))]
  const at = (name: string, time: string) => timed.find((row) => row.row === name && row.at === time)
  const single = names.length === 1
  const series = names.slice(0, MOST_SERIES).map((name) => {
    const first = timed.find((row) => row.row === name)
    return { name: single || !first ? words.now : words.of(first), kind: 'line' as const, values: times.map((time) => value(at(name, time))) }
  })
  const before = { name: words.before, kind: 'line' as const, dashed: true, colour: 'text-2' as const, values: times.map((time) => value(at(names[0] ?? '', time), true)) }
  return {
    labels: times.map((time) => momentOf(time, table.interval)),
    unit: definition.unit,
    series: single && compared ? [...series, before] : series,
  }
}
