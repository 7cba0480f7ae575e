/** The wallboard on a page: what the socket brings, and asked for by HTTP when nothing came for a while. */

import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { serverNow } from '../clock'
import type { Desk } from '../desk'
import { measures, waiting, wallboard } from '../supervise_api'
import { secondsSince } from '../time'
import { sentence } from '../toast'
import type { Wallboard } from '../wire_board'
import { ageLevel } from './levels'
import { FIGURES, recentPlots, window as quartersUntil, type Recent } from './recent'

const ASK_AFTER_S = 8
const LOOK_MS = 2_000
const PLOTS_EVERY_MS = 60_000

export function useBoard(desk: Desk) {
  const asked = shallowRef<Wallboard | null>(null)
  const failed = ref('')
  let asking = false
  let timer: ReturnType<typeof setInterval> | undefined

  /** Whichever is newer: the socket's or the answer to a question. */
  const board = computed(() => {
    const told = desk.state.value.board
    if (!told || !asked.value) return told ?? asked.value
    return Date.parse(told.at) >= Date.parse(asked.value.at) ? told : asked.value
  })
  const ageS = computed(() => secondsSince(board.value?.at, serverNow()))

  async function ask(): Promise<void> {
    if (asking) return
    asking = true
    try {
      asked.value = await wallboard()
      failed.value = ''
    } catch (failure) {
      failed.value = sentence(failure)
    } finally {
      asking = false
    }
  }

  onMounted(() => {
    void ask()
    timer = setInterval(() => {
      if (!board.value || ageS.value >= ASK_AFTER_S) void ask()
    }, LOOK_MS)
  })
  onBeforeUnmount(() => clearInterval(timer))
  return { board, failed, ageS, age: computed(() => ageLevel(ageS.value)), ask }
}

/** The plots of the last hours, read anew once a minute. */
export function useRecent() {
  const { t } = useI18n()
  const found = shallowRef<Recent | null>(null)
  const failed = ref('')
  let timer: ReturnType<typeof setInterval> | undefined

  async function load(): Promise<void> {
    const span = quartersUntil(serverNow())
    try {
      const [report, waited] = await Promise.all([measures({ ...span, by: 'centre', interval: '15m', figures: FIGURES }), waiting({ ...span, interval: '15m' })])
      found.value = { report, waiting: waited, span }
      failed.value = ''
    } catch (failure) {
      failed.value = sentence(failure)
    }
  }

  onMounted(() => {
    void load()
    timer = setInterval(() => void load(), PLOTS_EVERY_MS)
  })
  onBeforeUnmount(() => clearInterval(timer))
  const plots = computed(() => {
    if (!found.value) return null
    const words = { waiting: t('plot.waiting'), most: t('plot.most'), answered: t('plot.answered'), abandoned: t('plot.abandoned'), level: t('plot.level') }
    return recentPlots(found.value, words)
  })
  return { plots, failed }
}
