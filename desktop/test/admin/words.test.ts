import { expect, it, vi } from 'vitest'
import { createListening, type Sounding } from '../../src/admin/files/listening'
import { shown, sides } from '../../src/admin/files/words'
import type { WordPair } from '../../src/admin/wire'

function player(refused = false) {
  const played: string[] = []
  const audio: Sounding = {
    src: '', onplaying: null, onended: null, onerror: null, pause: vi.fn(),
    play: async () => {
      if (refused) throw new Error('no sound')
      played.push(audio.src)
      audio.onplaying?.call(audio as never, new Event('playing'))
    },
  }
  return { audio, played, listening: createListening((sound) => `/${sound}`, audio) }
}

const pair = (prompt: string, before: string | null, now: string | null): WordPair => ({
  language: 'zh', prompt, changed: before !== now,
  before: before === null ? null : { text: before, sound: 'zh/x' },
  now: now === null ? null : { text: now, sound: '' },
})

it('plays one sentence at a time and tells which', async () => {
  const { played, listening } = player()
  await listening.toggle('a', 'zh/welcome')
  await listening.toggle('b', 'spoken/00')
  expect(played).toEqual(['/zh/welcome', '/spoken/00'])
  expect([listening.of('a'), listening.of('b')]).toEqual(['quiet', 'playing'])
})

it('ends by a second press, and by its end', async () => {
  const { audio, played, listening } = player()
  await listening.toggle('a', 'zh/welcome')
  await listening.toggle('a', 'zh/welcome')
  expect([listening.of('a'), played.length]).toEqual(['quiet', 1])
  await listening.toggle('a', 'zh/welcome')
  audio.onended?.call(audio as never, new Event('ended'))
  expect(listening.of('a')).toBe('quiet')
})

it('says of a sound that cannot be played that it failed, and tries again', async () => {
  const { listening } = player(true)
  await listening.toggle('a', 'zh/welcome')
  expect(listening.of('a')).toBe('failed')
  await listening.toggle('a', 'zh/welcome')
  expect(listening.of('a')).toBe('failed')
})

it('stays quiet when a sound that was left already breaks', async () => {
  const { audio, listening } = player()
  await listening.toggle('a', 'zh/welcome')
  listening.stop()
  audio.onerror?.call(audio as never, 'late')
  expect(listening.state.value).toBe('quiet')
})

it('shows changed sentences, or all, or those with some words', () => {
  const all = [pair('welcome', '您好', '您好，请讲'), pair('root', '请按1', '请按1'), pair('new', null, '雪')]
  const names = (...wanted: [boolean, string]) => shown(all, ...wanted).map((it) => it.prompt)
  expect(names(false, '')).toEqual(['welcome', 'new'])
  expect(names(true, '')).toEqual(['welcome', 'root', 'new'])
  expect(names(true, '请按')).toEqual(['root'])
  expect(names(true, ' WEL')).toEqual(['welcome'])
})

it('has one line for what is the same, and one for each side of what is not', () => {
  expect(sides(pair('a', 'x', 'x'))).toEqual(['now'])
  expect(sides(pair('a', 'x', 'y'))).toEqual(['before', 'now'])
  expect(sides(pair('a', null, 'y'))).toEqual(['now'])
  expect(sides(pair('a', 'x', null))).toEqual(['before'])
})
