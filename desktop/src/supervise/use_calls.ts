/** The history on a page: its first page anew with each search, further ones on demand. */

import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { queryOf } from './query'
import { callQuery, fromAddress, isAudited, PAGE, pageAfter, toAddress, unfitNumber } from './find_calls'
import { useLoad } from './use_load'
import type { CallRow } from '../api'
import { serverNow } from '../clock'
import type { Desk } from '../desk'
import { calls, type Query } from '../supervise_api'
import { sentence } from '../toast'

const SETTLE_MS = 1000

export function useCalls(desk: Desk) {
  const route = useRoute()
  const router = useRouter()
  const search = ref(fromAddress(route.query))
  const trees = computed(() => desk.options.value?.wrapUpReasons ?? [])
  const query = (): Query => callQuery(search.value, trees.value, serverNow())
  /** Of the first page, so that further ones fit it. */
  let asked: Query = {}
  let settle: ReturnType<typeof setTimeout> | undefined
  const whole = ref(true)
  const adding = ref(false)

  async function ask(): Promise<CallRow[]> {
    asked = query()
    const found = await calls({ ...asked, limit: PAGE })
    whole.value = found.length < PAGE
    return found
  }

  const first = useLoad<CallRow[]>(ask, [])
  const { found, failed } = first

  async function find(): Promise<void> {
    if (unfitNumber(search.value.number)) return
    void router.replace({ query: toAddress(search.value) })
    await first.load()
  }

  async function more(): Promise<void> {
    if (adding.value) return
    adding.value = true
    const before = found.value
    try {
      const next = await calls({ ...pageAfter(asked, before), limit: PAGE })
      if (found.value !== before) return
      found.value = [...before, ...next]
      whole.value = next.length < PAGE
    } catch (failure) {
      failed.value = sentence(failure)
    } finally {
      adding.value = false
    }
  }

  /** News is shown by itself, but never takes away pages that somebody reads, nor fills the audit. */
  function refresh(): void {
    if (found.value.length <= PAGE && !isAudited(search.value.number) && !first.failed.value) void first.load()
  }

  // The history is written a moment after the event, and several events end one call.
  watch(desk.historyVersion, () => {
    clearTimeout(settle)
    settle = setTimeout(refresh, SETTLE_MS)
  })
  // A number and a call's id are typed: they wait for the button.
  watch(
    () => [search.value.period, search.value.from, search.value.to, search.value.queue, search.value.agent, search.value.outcome, search.value.direction, search.value.reason],
    () => void find(),
  )
  onBeforeUnmount(() => clearTimeout(settle))
  void first.load()

  return { search, trees, ...first, whole, adding, find, more, file: computed(() => `/api/v1/calls/export${queryOf(query())}`) }
}
