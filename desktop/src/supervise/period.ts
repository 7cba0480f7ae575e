/** Stretches of time that people ask for, in the reader's zone. Pure: "now" is an argument. */

export const PERIODS = ['today', 'yesterday', 'week', 'month', 'custom'] as const
export type Period = (typeof PERIODS)[number]

const midnight = (now: number, daysBack: number): string => {
  const day = new Date(now)
  day.setHours(0, 0, 0, 0)
  day.setDate(day.getDate() - daysBack)
  return day.toISOString()
}

/** `from` and `to` are what a date-time field holds (2026-11-22T14:05, the reader's zone); empty: open. */
export function spanOf(period: Period, now: number, from = '', to = ''): { since: string | null; until: string | null } {
  const given = (text: string): string | null => (text ? new Date(text).toISOString() : null)
  switch (period) {
    case 'today':
      return { since: midnight(now, 0), until: null }
    case 'yesterday':
      return { since: midnight(now, 1), until: midnight(now, 0) }
    case 'week':
      return { since: midnight(now, 6), until: null }
    case 'month':
      return { since: midnight(now, 29), until: null }
    case 'custom':
      return { since: given(from), until: given(to) }
  }
}
