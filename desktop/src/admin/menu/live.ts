/** Where callers are, asked every two seconds while the picture is seen. */

import { onBeforeUnmount, ref, shallowRef } from 'vue'
import * as api from '../api'
import type { MenuLive } from '../wire'
import { sentence } from '../../toast'

const EVERY_MS = 2000
/** Until the picture is there. */
const FIRST_MS = 250

export function useLive(tree: () => string, wanted: () => boolean) {
  const live = shallowRef<MenuLive | null>(null)
  const failure = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function poll(): Promise<void> {
    if (wanted() && !document.hidden) {
      try {
        live.value = await api.menuLive(tree())
        failure.value = ''
      } catch (thrown) {
        failure.value = sentence(thrown)
      }
    }
    if (!closed) timer = setTimeout(() => void poll(), live.value || failure.value ? EVERY_MS : FIRST_MS)
  }
  void poll()
  onBeforeUnmount(() => {
    closed = true
    clearTimeout(timer)
  })
  const edgeKey = (source: string, target: string): string => `${source}>${target}`
  const walked = (): Map<string, number> => new Map(live.value?.edges.map((it) => [edgeKey(it.source, it.target), it.today]))
  return { live, failure, walked, edgeKey }
}
