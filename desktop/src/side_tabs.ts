/** Which of the right-hand tabs is in front: the one last chosen, until a call brings its script. */

import { ref, watch, type Ref } from 'vue'

export const TABS = ['knowledge', 'board', 'work', 'own'] as const
export type Tab = (typeof TABS)[number]

const KEPT_AS = 'cti.sideTab'

export const isTab = (value: unknown): value is Tab => TABS.some((tab) => tab === value)

function kept(): Tab {
  const value = localStorage.getItem(KEPT_AS)
  return isTab(value) ? value : 'board'
}

/** `popped`: the call whose pop is on the screen. Later parts of the same pop move nothing. */
export function useSideTab(popped: Ref<string | null>) {
  const tab = ref<Tab>(popped.value ? 'knowledge' : kept())
  watch(popped, (callId) => callId && (tab.value = 'knowledge'))
  return {
    tab,
    choose: (chosen: Tab) => {
      tab.value = chosen
      localStorage.setItem(KEPT_AS, chosen)
    },
  }
}
