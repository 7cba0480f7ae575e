/** What waits to be done, for the badge and the list: asked again when something changes, and every half minute. */

import { computed, onBeforeUnmount, onMounted, watch } from 'vue'
import { serverNow } from '../../clock'
import type { Desk } from '../../desk'
import { useLoad } from '../../supervise/use_load'
import { dueLevel } from '../../supervise/work'
import { workItems, type WorkItem } from '../../supervise_api'

const LIMIT = 200
const EVERY_MS = 30_000
/** Events that open, take or close work; the list is written a moment after them. */
const CHANGES: readonly string[] = ['workItemOpened', 'workItemTaken', 'workItemClosed', 'voicemailLeft', 'wrapUpSaved', 'snapshot', 'resumed']
const SETTLE_MS = 500

export function useOpenWork(desk: Desk) {
  const { found, failed, loading, known, load } = useLoad<WorkItem[]>(() => workItems({ state: 'open', limit: LIMIT }), [])
  let settle: ReturnType<typeof setTimeout> | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  watch(desk.lastEvent, (frame) => {
    if (!frame || !CHANGES.includes(frame.type)) return
    clearTimeout(settle)
    settle = setTimeout(() => void load(), SETTLE_MS)
  })
  onMounted(() => {
    void load()
    timer = setInterval(() => void load(), EVERY_MS)
  })
  onBeforeUnmount(() => {
    clearTimeout(settle)
    clearInterval(timer)
  })

  const others = (item: WorkItem): boolean => item.state === 'taken' && item.takenBy !== desk.session.login
  return {
    items: found,
    failed,
    loading,
    known,
    load: () => void load(),
    changed: (item: WorkItem) => void (found.value = found.value.map((one) => (one.itemId === item.itemId ? item : one)).filter(({ state }) => state !== 'done')),
    /** What he can see to: not what a colleague has in hand. */
    count: computed(() => found.value.filter((item) => !others(item)).length),
    overdue: computed(() => found.value.some((item) => !others(item) && dueLevel(item.dueAt, serverNow()) === 'bad')),
  }
}

export type OpenWork = ReturnType<typeof useOpenWork>
