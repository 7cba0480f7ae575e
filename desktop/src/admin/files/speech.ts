/** The words of a draft that nobody has spoken yet, and how the speaking goes. */

import { computed, shallowRef } from 'vue'
import type { Asking } from '../asking'
import type { Speech } from '../wire'

const POLL_MS = 700

export interface SpeechServer {
  speech(): Promise<Speech>
  speak(): Promise<unknown>
  stopSpeaking(): Promise<unknown>
}

export function createSpeech(server: SpeechServer, { busy, failure, ask }: Asking, pollMs = POLL_MS) {
  const found = shallowRef<Speech | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function load(): Promise<void> {
    clearTimeout(timer)
    const now = await ask(server.speech)
    if (now) found.value = now
    // An answer that does not come is asked for again: the speaking goes on at the server.
    if (found.value?.state === 'running' && !closed) timer = setTimeout(() => void load(), pollMs)
  }

  async function then(act: () => Promise<unknown>): Promise<void> {
    if ((await ask(async () => (await act(), true))) !== null) await load()
  }

  return {
    busy, failure, found, load,
    running: computed(() => found.value?.state === 'running'),
    /** Unknown counts as missing: the server would refuse to publish. */
    missing: computed(() => found.value?.unspoken.length ?? 1),
    speak: () => then(server.speak),
    stop: () => then(server.stopSpeaking),
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

export type Speaking = ReturnType<typeof createSpeech>
