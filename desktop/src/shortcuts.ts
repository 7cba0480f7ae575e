/** Keys that work anywhere on the page. Ctrl+Shift+N, T and W are left out: browsers keep them for themselves. */

import { onBeforeUnmount, onMounted } from 'vue'

export type Shortcut = 'ready' | 'notReady' | 'hangUp' | 'extend' | 'saveWrapUp' | 'quiet' | 'showKeys'

export const SHORTCUTS: readonly { does: Shortcut; keys: string[] }[] = [
  { does: 'ready', keys: ['Ctrl', 'Shift', 'R'] },
  { does: 'notReady', keys: ['Ctrl', 'Shift', 'B'] },
  { does: 'hangUp', keys: ['Ctrl', 'Shift', 'H'] },
  { does: 'saveWrapUp', keys: ['Ctrl', 'Shift', 'S'] },
  { does: 'extend', keys: ['Ctrl', 'Shift', 'E'] },
  { does: 'quiet', keys: ['Ctrl', 'Shift', 'M'] },
  { does: 'showKeys', keys: ['?'] },
]

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>

/** What the keys ask for; `typing` is true while a text field has the focus. */
export function shortcutOf(press: Press, typing: boolean): Shortcut | null {
  if (press.key === '?' && !typing && !press.ctrlKey && !press.altKey) return 'showKeys'
  if (!press.ctrlKey || !press.shiftKey || press.altKey || press.metaKey) return null
  const found = SHORTCUTS.find(({ keys }) => keys.length === 3 && press.code === `Key${keys[2]}`)
  return found?.does ?? null
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null
}

export function useShortcuts(act: Partial<Record<Shortcut, () => void>>): void {
  const pressed = (event: KeyboardEvent): void => {
    const wanted = shortcutOf(event, isTyping(event.target))
    const action = wanted ? act[wanted] : undefined
    if (!action) return
    event.preventDefault()
    action()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
