/** The modes of the whole centre, read anew whenever they may have changed. */

import { computed, shallowRef } from 'vue'
import * as api from './api'
import { modesOn } from './state'

const MAY_HAVE_CHANGED: readonly string[] = ['modeSwitched', 'snapshot', 'resumed']

export function createModes() {
  const all = shallowRef<api.Mode[]>([])

  async function load(): Promise<void> {
    try {
      all.value = await api.modes()
    } catch {
      // The desk says itself that the server is away; what was known stays.
    }
  }

  return {
    all,
    on: computed(() => modesOn(all.value)),
    heard: (type: string) => {
      if (MAY_HAVE_CHANGED.includes(type)) void load()
    },
    switchOn: async (name: string, hours: number, reason: string) => {
      all.value = await api.switchMode(name, { on: true, hours, reason })
    },
    switchOff: async (name: string, reason: string) => {
      all.value = await api.switchMode(name, { on: false, reason })
    },
  }
}
