/** What opens over the page around the phone: the start of a shift, and the sound's settings. */

import { inject, ref, type InjectionKey, type Ref } from 'vue'

export interface Shift {
  /** The start of a shift, or the settings of the sound, is open. */
  open: Ref<'begin' | 'settings' | null>
  begin(): void
  settings(): void
  close(): void
}

export function createShift(): Shift {
  const open = ref<'begin' | 'settings' | null>(null)
  return {
    open,
    begin: () => (open.value = 'begin'),
    settings: () => (open.value = 'settings'),
    close: () => (open.value = null),
  }
}

export const shiftKey: InjectionKey<Shift> = Symbol('shift')

export function useShift(): Shift {
  const shift = inject(shiftKey)
  if (!shift) throw new Error('useShift() outside a desk')
  return shift
}
