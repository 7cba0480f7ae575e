import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { headers } from '../src/caller/headers'
import { lineOf, shownKeys, withKey, withLine, type Line, type Said } from '../src/caller/lines'

const said = (n: number, text = 'welcome'): Said => ({
  type: 'said', n, callId: 'c1', at: '2026-11-22T02:00:00Z', node: 'root', language: 'zh', text,
})
const AT = '2026-11-22T02:00:05Z'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('a frame that says something is a line', () => {
  expect(lineOf(JSON.stringify(said(1)))).toEqual(said(1))
})

it.each(['', '[]', 'null', '1', '{"n":1}', '{"n":"1","type":"said"}', '{"n":1,"type":"said","callId":"c","at":"","text":"x"}'])(
  'what is no frame is no line: %s',
  (frame) => expect(lineOf(frame)).toBeNull(),
)

it('lines that come again after a reconnect stand there once', () => {
  const lines = [said(1), said(2), said(1), said(2), said(3)].reduce<readonly Line[]>((all, line) => withLine(all, line as Said), [])
  expect(lines.map((line) => line.n)).toEqual([1, 2, 3])
})

it('a line without words is left out', () => {
  expect(withLine([], said(1, ''))).toEqual([])
})

it('keys pressed one after another are one line, until something is said', () => {
  let lines = withKey(withKey([said(1)], '1', AT), '3', AT)
  expect(lines.at(-1)).toMatchObject({ type: 'pressed', text: '13' })
  lines = withKey(withLine(lines, said(2)), '0', AT)
  expect(lines.map((line) => line.text)).toEqual(['welcome', '13', 'welcome', '0'])
})

it('what is said after a key was pressed is not taken for old', () => {
  const lines = withLine(withKey([said(4)], '1', AT), said(5))
  expect(lines.map((line) => line.type)).toEqual(['said', 'pressed', 'said'])
})

it('long entries show their last two digits alone', () => {
  expect([shownKeys('12'), shownKeys('6301011990')]).toEqual(['12', '••••••••90'])
})

it('a withheld number is not asserted', () => {
  expect(headers({ number: '', token: 'ab' })).toEqual(['X-Call-Token: ab'])
  expect(headers({ number: '13997000002', token: 'ab' })[1]).toBe('P-Asserted-Identity: <sip:13997000002@95518>')
})
