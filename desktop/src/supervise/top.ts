/** Who answered most today. Pure. */

import type { MeasureReport } from '../supervise_api'

export const TOP_FIGURES = 'talks_in,handle_time_in'
const FIVE = 5

export interface Best {
  agentId: string
  talks: number
  /** Mean handling, or null where nothing is known of it. */
  meanS: number | null
}

/** The first five; who answered as many comes by his number, so that the list does not jump. */
export function topFive(report: MeasureReport): Best[] {
  return report.rows
    .filter((row) => row.at === null && row.row !== '*' && row.row !== '')
    .map((row) => ({ agentId: row.row, talks: row.values.talks_in?.[0] ?? 0, meanS: row.values.handle_time_in?.[2] ?? null }))
    .filter(({ talks }) => talks > 0)
    .sort((a, b) => b.talks - a.talks || a.agentId.localeCompare(b.agentId))
    .slice(0, FIVE)
}
