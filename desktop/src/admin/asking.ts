/** One question to the server at a time: under way, refused, answered. */

import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Label } from '../api'
import type { Language } from '../i18n'
import { sentence } from '../toast'

export function useAsking() {
  const busy = ref(false)
  const failure = ref('')

  /** What the server answered; null when it refused or is away (then `failure` says why in words). */
  async function ask<T>(question: () => Promise<T>): Promise<T | null> {
    busy.value = true
    try {
      const found = await question()
      failure.value = ''
      return found
    } catch (thrown) {
      failure.value = sentence(thrown)
      return null
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, ask }
}

export type Asking = ReturnType<typeof useAsking>

/** The server's words in the page's language. */
export function useWords() {
  const { locale } = useI18n()
  return (words: Partial<Label> | null | undefined): string => words?.[locale.value as Language] || words?.zh || words?.en || ''
}
