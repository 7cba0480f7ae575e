/** What is sought in the audit, as the server is asked. Pure; days are the reader's own. */

export interface AuditFilter {
  /** 2026-11-22, or empty. */
  since: string
  until: string
  who: string
  action: string
  subject: string
}

export const emptyFilter = (): AuditFilter => ({ since: '', until: '', who: '', action: '', subject: '' })

/** The first moment of a day; `later`: of the one after so many days. */
function momentOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).toISOString()
}

/** The last day is included. */
export function queryOf(filter: AuditFilter, cursor: number | null = null): string {
  const asked = new URLSearchParams()
  if (filter.since) asked.set('since', momentOf(filter.since, 0))
  if (filter.until) asked.set('until', momentOf(filter.until, 1))
  for (const name of ['who', 'action', 'subject'] as const) if ((filter[name] ?? '').trim()) asked.set(name, filter[name].trim())
  if (cursor !== null) asked.set('cursor', String(cursor))
  return asked.toString()
}
