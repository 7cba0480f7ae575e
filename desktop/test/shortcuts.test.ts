import { expect, it } from 'vitest'
import { shortcutOf, SHORTCUTS } from '../src/shortcuts'

const press = (over: Partial<KeyboardEvent>) => ({
  key: '',
  code: '',
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...over,
})

it('Ctrl+Shift and a letter works also while typing', () => {
  expect(shortcutOf(press({ code: 'KeyH', ctrlKey: true, shiftKey: true }), true)).toBe('hangUp')
})

it('a question mark opens the overview, but not while typing', () => {
  expect(shortcutOf(press({ key: '?', shiftKey: true }), false)).toBe('showKeys')
  expect(shortcutOf(press({ key: '?', shiftKey: true }), true)).toBeNull()
})

it('other presses mean nothing', () => {
  expect(shortcutOf(press({ code: 'KeyH', ctrlKey: true }), false)).toBeNull()
  expect(shortcutOf(press({ code: 'KeyH', ctrlKey: true, shiftKey: true, altKey: true }), false)).toBeNull()
  expect(shortcutOf(press({ code: 'KeyZ', ctrlKey: true, shiftKey: true }), false)).toBeNull()
})

it('no shortcut is one that browsers keep for themselves', () => {
  const letters = SHORTCUTS.map(({ keys }) => keys.at(-1))
  expect(letters).not.toEqual(expect.arrayContaining(['N']))
  expect(letters).not.toEqual(expect.arrayContaining(['T']))
  expect(letters).not.toEqual(expect.arrayContaining(['W']))
})
