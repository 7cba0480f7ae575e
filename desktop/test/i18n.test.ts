import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { en, zh, type Messages as Tree } from '../src/i18n/messages'

const leaves = (tree: Tree, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
const keys = (tree: Tree) => leaves(tree).map(([key]) => key).sort()
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((it) => it[1]).sort()

const SRC = join(import.meta.dirname, '../src')
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }))

it('both languages have the same messages', () => {
  expect(keys(zh)).toEqual(keys(en))
})

it('both languages fill the same places', () => {
  const english = new Map(leaves(en))
  // English has a form for one and a form for many.
  const forms = (key: string) => (english.get(key) ?? '').split(' | ')
  const different = leaves(zh).filter(([key, text]) => forms(key).some((form) => String(slots(text)) !== String(slots(form))))
  expect(different).toEqual([])
})

it('no message is empty', () => {
  expect([...leaves(zh), ...leaves(en)].filter(([, text]) => text.trim() === '')).toEqual([])
})

it('every message the code names by a whole key is there', () => {
  const known = new Set(keys(zh))
  const named = sources.flatMap(({ text }) => [...text.matchAll(/\bt\('([\w.]+)'/g)].map((it) => it[1] ?? ''))
  expect(named.length).toBeGreaterThan(80)
  expect(named.filter((key) => !known.has(key))).toEqual([])
})

it('no sentence stands in the code itself', () => {
  const chinese = sources.filter(({ text }) => /[\u4e00-\u9fff]/.test(text)).map(({ name }) => name)
  expect(chinese).toEqual([])
})
