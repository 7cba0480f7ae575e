import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cursorAt } from '../../src/admin/files/place'
import { inLanguage, keysAt, meaning, nodesOf, valuesAt, type Schema } from '../../src/admin/files/schema'

const ROOT = join(import.meta.dirname, '../../..')
const schema = (name: string) => JSON.parse(readFileSync(join(ROOT, `config/schema/${name}.json`), 'utf8')) as Schema
const menu = readFileSync(join(ROOT, 'dialplan/95518.yaml'), 'utf8').split('\n')

/** The place of `|` in a text. */
function at(text: string) {
  const lines = text.split('\n')
  const line = lines.findIndex((each) => each.includes('|'))
  const column = lines[line]?.indexOf('|') ?? 0
  return cursorAt(lines.map((each) => each.replace('|', '')), line, column)
}

it.each([
  ['queues:\n  motor:\n    pri|', ['queues', 'motor'], 'key', 'pri'],
  ['queues:\n  motor:\n    strategy: |', ['queues', 'motor', 'strategy'], 'value', ''],
  ['nodes:\n  a: {say: x, n|', ['nodes', 'a'], 'key', 'n'],
  ['nodes:\n  a: {say: x, next: ro|', ['nodes', 'a', 'next'], 'value', 'ro'],
  ['nodes:\n  a:\n    keys: {"1": m|', ['nodes', 'a', 'keys', '1'], 'value', 'm'],
  ['agents:\n  - id: "1"\n    na|', ['agents', 0], 'key', 'na'],
  ['agents:\n  - {id: "1", ski|', ['agents', 0], 'key', 'ski'],
  ['a:\n  b:\n    c: 1\nd|', [], 'key', 'd'],
  ['q:\n  overflow:\n    - {after_s: 3}\n    - que|', ['q', 'overflow', 0], 'key', 'que'],
])('the cursor is found in %j', (text, path, what, word) => {
  expect(at(text)).toEqual({ path, at: what, word })
})

it('a queue is offered its keys with what they mean', () => {
  const offers = keysAt(schema('queues'), ['queues', 'motor'], 'zh')
  expect(offers.find((it) => it.label === 'priority')).toEqual({ label: 'priority', detail: '优先级 0 到 100', required: true })
})

it('values that the schema names are offered', () => {
  expect(valuesAt(schema('queues'), ['queues', 'motor', 'strategy'])).toContain('by_level')
})

it('a node of the menu is offered the keys of every node type', () => {
  const labels = keysAt(schema('dialplan'), ['nodes', 'root'], 'en').map((it) => it.label)
  for (const wanted of ['menu', 'say', 'enqueue', 'lookup']) expect(labels).toContain(wanted)
})

it('help is in the language of the page', () => {
  expect(meaning(schema('queues'), ['fallback_queue'], 'zh')).toMatch('队列')
  expect(meaning(schema('queues'), ['fallback_queue'], 'en')).toMatch('queue')
  expect(inLanguage('Only English\nin two lines', 'en')).toBe('Only English\nin two lines')
  expect(inLanguage('Only English\nin two lines', 'zh')).toBe('')
})

it('the nodes of a menu are known to its editor', () => {
  expect(nodesOf(menu)).toContain('motor_agent')
  expect(nodesOf(menu).length).toBeGreaterThan(100)
})

it('nothing is offered where the schema knows no such place', () => {
  expect(keysAt(schema('queues'), ['nowhere', 3, 'x'], 'zh')).toEqual([])
})
