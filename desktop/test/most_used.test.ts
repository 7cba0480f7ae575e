import { expect, it } from 'vitest'
import { countUse, mostUsed, paths, pathTo, usesOf } from '../src/most_used'
import { Memory } from './samples'

const label = { zh: '', en: '' }
const leaf = (code: string) => ({ code, label })
const TREE = [
  { code: 'report', label, children: [leaf('r1'), leaf('r2'), leaf('r3')] },
  { code: 'enquiry', label, children: [leaf('e1'), leaf('e2')] },
  leaf('void'),
]

it('only leaves can be given, each with its way from the top', () => {
  expect(paths(TREE)).toEqual([['report', 'r1'], ['report', 'r2'], ['report', 'r3'], ['enquiry', 'e1'], ['enquiry', 'e2'], ['void']])
  expect([pathTo(TREE, 'e2'), pathTo(TREE, 'gone'), pathTo(TREE, null)]).toEqual([['enquiry', 'e2'], [], []])
})

it('a beginner has some of every branch', () => {
  expect(mostUsed(TREE, {}, 4).map((path) => path.at(-1))).toEqual(['r1', 'e1', 'void', 'r2'])
})

it('the most used come first', () => {
  expect(mostUsed(TREE, { r3: 2, e2: 7 }, 3).map((path) => path.at(-1))).toEqual(['e2', 'r3', 'r1'])
})

it('uses are counted for each agent on a shared machine', () => {
  const store = new Memory()
  countUse(store, 'li', 'r1')
  countUse(store, 'li', 'r1')
  expect([usesOf(store, 'li'), usesOf(store, 'wang')]).toEqual([{ r1: 2 }, {}])
})

it('what is no count is passed over', () => {
  const store = new Memory()
  store.setItem('cti.reasons.li', '{"r1":"many","r2":3}')
  store.setItem('cti.reasons.wang', '[broken')
  expect([usesOf(store, 'li'), usesOf(store, 'wang')]).toEqual([{ r2: 3 }, {}])
})
