/** The page of reports: one of the house's, or figures of one's own; its tables, one of them shown. */

import { computed, ref, shallowRef } from 'vue'
import type { Desk } from '../desk'
import { useLabels } from '../labels'
import { serverNow } from '../clock'
import { definitions, measures, report, reports, type Definition, type MeasureRow, type ReportListed, type ReportTable } from '../supervise_api'
import { dayAfter, firstOwn, ownQuery, reportQuery } from './ask_figures'
import { ALL, figuresOf, type FigureTable, type Span } from './figures'
import { useLoad } from './use_load'

/** The tables that were found, of which days, with the figures' definitions. */
interface Found {
  span: Span
  tables: ReportTable[]
  known: Definition[]
  only: Record<string, string>
}

const NOTHING: Found = { span: { from: '', to: '' }, tables: [], known: [], only: {} }

export const OWN = ''

const onlyOf = (chosen: { queue: string; agent: string }): Record<string, string> =>
  Object.fromEntries((['queue', 'agent'] as const).filter((name) => chosen[name]).map((name) => [name, chosen[name]]))

export function useReport(desk: Desk, everything: () => string) {
  const labels = useLabels(() => desk.options.value)
  const chosen = ref<string>(OWN)
  const period = ref('yesterday')
  const [from, to, filter] = [ref(''), ref(''), ref('')]
  const [queue, agent] = [ref(''), ref('')]
  const own = ref(firstOwn(serverNow()))
  const tableName = ref('')
  const plotted = ref('')
  const listed = useLoad<ReportListed[]>(reports, [])
  const known = useLoad<Definition[]>(definitions, [])

  async function ask(): Promise<Found> {
    if (chosen.value !== OWN) {
      const narrowed = onlyOf({ queue: queue.value, agent: agent.value })
      const found = await report(chosen.value, { ...reportQuery(period.value, from.value, to.value), ...narrowed })
      return { span: { from: found.from, to: found.to }, tables: found.tables, known: found.figures, only: narrowed }
    }
    const query = ownQuery(own.value)
    const found = await measures(query)
    const only = onlyOf(own.value)
    const table = { table: OWN, title: '', by: found.by, interval: found.interval, rows: found.rows }
    return { span: { from: own.value.from, to: dayAfter(own.value.to) }, tables: [table], known: known.found.value, only }
  }

  const loaded = useLoad<Found>(ask, NOTHING)
  const found = loaded.found
  const current = computed(() => found.value.tables.find((one) => one.table === tableName.value) ?? found.value.tables[0] ?? null)

  function labelOf(row: MeasureRow): string {
    if (row.row === ALL) return everything()
    if (row.label) return row.label
    const by = current.value?.by
    if (by === 'queue') return labels.queue(row.row)
    return by === 'agent' ? `${desk.state.value.agents[row.row]?.name ?? ''} ${row.row}`.trim() : row.row
  }

  const table = computed<FigureTable | null>(() => {
    if (!current.value) return null
    const text = filter.value.trim().toLowerCase()
    const rows = text ? current.value.rows.filter((row) => labelOf(row).toLowerCase().includes(text)) : current.value.rows
    return { ...current.value, rows }
  })
  const columns = computed(() => (table.value ? figuresOf(table.value, found.value.known) : []))
  const definition = computed(() => columns.value.find((one) => one.figure === plotted.value) ?? columns.value[0] ?? null)

  const opened = shallowRef<ReportListed | null>(null)

  function open(one: ReportListed | null): void {
    opened.value = one
    chosen.value = one?.name ?? OWN
    if (one) period.value = one.period
    tableName.value = filter.value = ''
    found.value = NOTHING
    void loaded.load()
  }

  async function start(): Promise<void> {
    await Promise.all([listed.load(), known.load()])
    open(listed.found.value[0] ?? null)
  }

  return { chosen, opened, period, from, to, filter, queue, agent, own, tableName, plotted, listed, known, loaded, found, current, table, columns, definition, labelOf, open, start }
}
