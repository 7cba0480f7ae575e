/** Keys that work anywhere on the page: Ctrl+Shift and a letter, which everybody may choose for himself. */

import { onBeforeUnmount, onMounted, reactive } from 'vue'
import type { Control } from './calls/controls'

export type Shortcut = Control | 'ready' | 'notReady' | 'extend' | 'saveWrapUp' | 'wrapUp' | 'knowledge' | 'quiet' | 'showKeys'

export const FIRST_LETTERS: Readonly<Record<Exclude<Shortcut, 'showKeys'>, string>> = {
  ready: 'R',
  notReady: 'B',
  answer: 'Y',
  hangUp: 'H',
  hold: 'L',
  mute: 'U',
  keypad: 'K',
  transfer: 'F',
  consult: 'A',
  complete: 'G',
  reconnect: 'X',
  alternate: 'O',
  conference: 'Z',
  survey: 'P',
  menu: 'D',
  record: 'V',
  dial: 'C',
  saveWrapUp: 'S',
  wrapUp: 'J',
  knowledge: 'I',
  extend: 'E',
  quiet: 'M',
}

type Remappable = keyof typeof FIRST_LETTERS

/** Browsers keep these for themselves: new window, new tab, close. */
export const RESERVED: readonly string[] = ['N', 'T', 'W']

const KEPT_AS = 'cti.keys'

function kept(): Partial<Record<string, unknown>> {
  try {
    return (JSON.parse(localStorage.getItem(KEPT_AS) ?? '{}') ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

const isLetter = (value: unknown): value is string => typeof value === 'string' && /^[A-Z]$/.test(value)

/** What is in force now; `remap` changes it. */
export const letters = reactive<Record<Remappable, string>>({ ...FIRST_LETTERS })

export function loadLetters(): void {
  const own = kept()
  for (const does of Object.keys(FIRST_LETTERS) as Remappable[]) {
    const letter = own[does]
    letters[does] = isLetter(letter) && !RESERVED.includes(letter) ? letter : FIRST_LETTERS[does]
  }
}

/** Gives the letter to `does`; who had it gets the other one, so that no two are alike. False: not possible. */
export function remap(does: Remappable, letter: string): boolean {
  if (!isLetter(letter) || RESERVED.includes(letter)) return false
  const other = (Object.keys(letters) as Remappable[]).find((one) => letters[one] === letter)
  if (other) letters[other] = letters[does]
  letters[does] = letter
  localStorage.setItem(KEPT_AS, JSON.stringify(letters))
  return true
}

export function firstLetters(): void {
  Object.assign(letters, FIRST_LETTERS)
  localStorage.removeItem(KEPT_AS)
}

export const keysOf = (does: Shortcut): string => (does === 'showKeys' ? '?' : `Ctrl+Shift+${letters[does]}`)

type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>

/** What the keys ask for; `typing` is true while a text field has the focus. */
export function shortcutOf(press: Press, typing: boolean): Shortcut | null {
  if (press.key === '?' && !typing && !press.ctrlKey && !press.altKey) return 'showKeys'
  if (!press.ctrlKey || !press.shiftKey || press.altKey || press.metaKey) return null
  const found = (Object.keys(letters) as Remappable[]).find((does) => press.code === `Key${letters[does]}`)
  return found ?? null
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
    // A key held down does a thing once.
    if (!event.repeat) action()
  }
  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
