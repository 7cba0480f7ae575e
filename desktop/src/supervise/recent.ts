/** The last hours in quarters: who waited, what became of the callers, service level. Pure. */

import type { Plot } from '../chart/options'
import { timeOfDay } from '../time'
import type { MeasureReport, MeasureRow, Waited } from '../supervise_api'

export const QUARTER_MS = 15 * 60_000
export const HOURS = 6
export const FIGURES = 'answered,abandoned_all,service_level_5'

/** Whole quarters: from `HOURS` ago to the end of the one that runs. */
export function window(now: number): { from: string; to: string } {
  const end = Math.floor(now / QUARTER_MS) * QUARTER_MS + QUARTER_MS
  return { from: new Date(end - HOURS * 3_600_000).toISOString(), to: new Date(end).toISOString() }
}

export interface Words {
  waiting: string
  most: string
  answered: string
  abandoned: string
  level: string
}

const quarters = (from: string, to: string): number[] => {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  return Array.from({ length: Math.round((end - start) / QUARTER_MS) }, (_, i) => start + i * QUARTER_MS)
}

/** What is known of the last hours. */
export interface Recent {
  span: { from: string; to: string }
  report: MeasureReport
  waiting: Waited[]
}

/** The three plots. How many waited is measured: on average, and at the most at any moment. */
export function recentPlots({ report, span, waiting }: Recent, words: Words): Record<'queue' | 'calls' | 'level', Plot> {
  const rows = new Map<number, MeasureRow>()
  for (const row of report.rows) if (row.at !== null) rows.set(Date.parse(row.at), row)
  const times = quarters(span.from, span.to)
  const labels = times.map((at) => timeOfDay(new Date(at).toISOString()).slice(0, 5))
  const sums = (figure: string, at: number) => rows.get(at)?.values[figure]
  const count = (figure: string) => times.map((at) => sums(figure, at)?.[0] ?? 0)
  const waited = new Map(waiting.map((one) => [Date.parse(one.at), one]))
  const lengths = (of: 'mean' | 'most') => times.map((at) => waited.get(at)?.[of] ?? 0)
  const level = times.map((at) => sums('service_level_5', at)?.[2] ?? null)
  return {
    queue: {
      labels,
      unit: 'count',
      series: [
        { name: words.most, kind: 'bar', values: lengths('most'), colour: 'line' },
        { name: words.waiting, kind: 'line', values: lengths('mean'), colour: 'ringing' },
      ],
    },
    calls: {
      labels,
      unit: 'count',
      series: [
        { name: words.answered, kind: 'bar', values: count('answered'), colour: 'ready', stack: 'calls' },
        { name: words.abandoned, kind: 'bar', values: count('abandoned_all'), colour: 'not_ready', stack: 'calls' },
      ],
    },
    level: { labels, unit: 'share', series: [{ name: words.level, kind: 'line', values: level, colour: 'talking' }] },
  }
}
