/** What a page asks the server for: the newest question wins, and what was known stays when one fails. */

import { ref, shallowRef } from 'vue'
import { sentence } from '../toast'

export function useLoad<T>(ask: () => Promise<T>, first: T) {
  const found = shallowRef<T>(first)
  const failed = ref('')
  const loading = ref(false)
  /** Whether anything was ever found. */
  const known = ref(false)
  let count = 0

  async function load(): Promise<void> {
    count += 1
    const mine = count
    loading.value = true
    try {
      const answer = await ask()
      if (mine !== count) return
      found.value = answer
      failed.value = ''
      known.value = true
    } catch (failure) {
      if (mine === count) failed.value = sentence(failure)
    } finally {
      if (mine === count) loading.value = false
    }
  }

  return { found, failed, loading, known, load }
}
