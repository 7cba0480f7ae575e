import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FIRST_LETTERS, firstLetters, keysOf, letters, loadLetters, remap, RESERVED, shortcutOf } from '../src/shortcuts'

const press = (over: Partial<KeyboardEvent>) => ({
  key: '',
  code: '',
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...over,
})
const chord = (letter: string) => press({ code: `Key${letter}`, ctrlKey: true, shiftKey: true })
const kept = new Map<string, string>()

beforeEach(() => {
  kept.clear()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
  firstLetters()
})
afterEach(() => void vi.unstubAllGlobals())

it('Ctrl+Shift and a letter works also while typing', () => {
  expect(shortcutOf(chord('H'), true)).toBe('hangUp')
  expect(shortcutOf(chord('L'), false)).toBe('hold')
})

it('a question mark opens the overview, but not while typing', () => {
  expect(shortcutOf(press({ key: '?', shiftKey: true }), false)).toBe('showKeys')
  expect(shortcutOf(press({ key: '?', shiftKey: true }), true)).toBeNull()
})

it('other presses mean nothing', () => {
  expect(shortcutOf(press({ code: 'KeyH', ctrlKey: true }), false)).toBeNull()
  expect(shortcutOf(press({ code: 'KeyH', ctrlKey: true, shiftKey: true, altKey: true }), false)).toBeNull()
  expect(shortcutOf(chord('Q'), false)).toBeNull()
})

it('no two shortcuts are alike, and none is one that browsers keep for themselves', () => {
  const all = Object.values(FIRST_LETTERS)
  expect(new Set(all).size).toBe(all.length)
  expect(all.filter((letter) => RESERVED.includes(letter))).toEqual([])
})

describe('a shortcut chosen anew', () => {
  it('works at once and after a reload', () => {
    expect(remap('hold', 'J')).toBe(true)
    expect(shortcutOf(chord('J'), false)).toBe('hold')
    letters.hold = 'Q'
    loadLetters()
    expect(keysOf('hold')).toBe('Ctrl+Shift+J')
  })

  it('changes places with the one that had the letter', () => {
    remap('hold', FIRST_LETTERS.mute)
    expect([letters.hold, letters.mute]).toEqual([FIRST_LETTERS.mute, FIRST_LETTERS.hold])
  })

  it('is never a reserved one, nor anything but a letter', () => {
    expect(remap('hold', 'T')).toBe(false)
    expect(remap('hold', '1')).toBe(false)
    expect(letters.hold).toBe(FIRST_LETTERS.hold)
  })

  it('that was kept as nonsense is the first one', () => {
    kept.set('cti.keys', '{"hold":"T","mute":7}')
    loadLetters()
    expect(letters).toEqual(FIRST_LETTERS)
    kept.set('cti.keys', 'nonsense')
    loadLetters()
    expect(letters).toEqual(FIRST_LETTERS)
  })
})
