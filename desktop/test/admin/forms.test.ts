import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyFilter, queryOf } from '../../src/admin/audit_query'
import { apart, blank, kindOf, same, schemaAt, shapeOf, valueAt, withValue } from '../../src/admin/forms/fields'
import { keyChoices, valueChoices } from '../../src/admin/forms/names'
import { sectionsOf } from '../../src/admin/forms/sections'
import { placeKey, wrongBelow, wrongPlaces } from '../../src/admin/forms/wrong'
import type { Schema } from '../../src/admin/files/schema'

const schema = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, `../../../config/schema/${name}.json`), 'utf8')) as Schema
const QUEUES = schema('queues')
const HOURS = schema('hours')
const MOTOR = { label: { zh: '车险', en: 'Motor' }, priority: 60, needs: { motor: 2 } }
const FIELDS = { fallback_queue: 'motor', queues: { motor: MOTOR } }

it.each([
  [['queues', 'motor', 'priority'], 'number'],
  [['queues', 'motor', 'needs'], 'map'],
  [['queues', 'motor', 'overflow'], 'list'],
  [['queues', 'motor', 'strategy'], 'choice'],
  [['queues', 'motor', 'alert'], 'yesno'],
  [['queues', 'motor', 'callback'], 'object'],
  [['callbacks', 'attempts_at_s'], 'words'],
  [['missed', 'busy', 'not_ready_after'], 'variant'],
  [['fallback_queue'], 'text'],
])('the field of %j is known by its schema', (path, kind) => {
  expect(kindOf(QUEUES, schemaAt(QUEUES, path as string[]))).toBe(kind)
})

it('a value is changed at its place and nowhere else', () => {
  const made = withValue(FIELDS, ['queues', 'motor', 'priority'], 70)
  expect(valueAt(made, ['queues', 'motor', 'priority'])).toBe(70)
  expect(FIELDS.queues.motor.priority).toBe(60)
  expect(same(withValue(made, ['queues', 'motor', 'priority'], 60), FIELDS)).toBe(true)
})

it('what is left out is gone, in maps and in lists', () => {
  expect(withValue({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 })
  expect(withValue([1, 2, 3], [1], undefined)).toEqual([1, 3])
})

it('a new queue begins with what it must have', () => {
  expect(blank(QUEUES, schemaAt(QUEUES, ['queues', 'new']))).toEqual({ label: { zh: '', en: '' }, priority: 0, needs: {} })
})

it('opening hours are of several shapes', () => {
  const day = schemaAt(HOURS, ['hours', 'consult', 'mon-fri'])
  const hours = schemaAt(HOURS, ['hours', 'consult'])
  expect([shapeOf(HOURS, hours, 'always'), shapeOf(HOURS, hours, {}), shapeOf(HOURS, day, 'closed'), shapeOf(HOURS, day, ['08:00-20:00'])]).toEqual([0, 1, 0, 1])
})

it('a whole form has nothing wrong', () => {
  expect(wrongPlaces(QUEUES, QUEUES, FIELDS).size).toBe(0)
})

it('each wrong place is told with its limit', () => {
  const wrong = wrongPlaces(QUEUES, QUEUES, withValue(withValue(FIELDS, ['queues', 'motor', 'priority'], 500), ['queues', 'motor', 'label', 'zh'], ' '))
  expect(wrong.get(placeKey(['queues', 'motor', 'priority']))).toEqual({ code: 'most', limit: 100 })
  expect(wrong.get(placeKey(['queues', 'motor', 'label', 'zh']))?.code).toBe('needed')
  expect([wrongBelow(wrong, ['queues', 'motor']), wrongBelow(wrong, ['queues', 'mot'])]).toEqual([2, 0])
})

it('a span of hours that is no span, and a day that is none, are wrong', () => {
  const hours = { consult: { someday: 'closed', 'mon-fri': ['early'] } }
  const wrong = wrongPlaces(HOURS, schemaAt(HOURS, ['hours']), hours, ['hours'])
  expect([...wrong.values()].map((it) => it.code)).toEqual(['key', 'pattern'])
})

it('fields offer the names that there are elsewhere', () => {
  const choices = { queues: [{ code: 'motor', label: {} }], skills: [{ code: 'motor', label: {} }], languages: [{ code: 'zh', label: {} }], hours: [{ code: 'report', label: {} }] }
  expect(valueChoices('queues', ['queues', 'x', 'overflow', 0, 'queue'], choices, [])?.[0]?.code).toBe('motor')
  expect(valueChoices('queues', ['queues', 'x', 'overflow', 0, 'number'], choices, ['duty'])?.[0]?.code).toBe('duty')
  expect(keyChoices('queues', ['queues', 'x', 'needs'], choices)?.map((it) => it.code)).toEqual(['motor', 'lang:*', 'lang:zh'])
  expect(keyChoices('skills', ['skills'], choices)).toBeNull()
})

it('every queue has an entry in the list beside the form', () => {
  const [queues, fallback] = sectionsOf(QUEUES, FIELDS, ['queues', 'fallback_queue'], 'zh')
  expect(queues?.entries).toEqual([{ path: ['queues', 'motor'], title: '车险', code: 'motor' }])
  expect(fallback?.grows).toBeNull()
})

it('the last day of a search in the audit is included', () => {
  const asked = new URLSearchParams(queryOf({ ...emptyFilter(), since: '2026-11-22', until: '2026-11-22', who: ' admin ' }, 7))
  expect(Date.parse(asked.get('until') ?? '') - Date.parse(asked.get('since') ?? '')).toBe(86_400_000)
  expect([asked.get('who'), asked.get('cursor'), asked.get('action')]).toEqual(['admin', '7', null])
})

it('names every single field in which two sides part, and what each has there', () => {
  const mine = { queues: { motor: { priority: 70, needs: { motor: 2 } }, new: {} }, fallback_queue: 'motor' }
  const theirs = { queues: { motor: { priority: 60, needs: { motor: 2 } } }, fallback_queue: 'motor' }
  expect(apart(mine, theirs)).toEqual([
    { path: ['queues', 'motor', 'priority'], mine: 70, theirs: 60 },
    { path: ['queues', 'new'], mine: {}, theirs: undefined },
  ])
})

it('compares lists as wholes', () => {
  expect(apart({ a: [1, 2] }, { a: [1] })).toEqual([{ path: ['a'], mine: [1, 2], theirs: [1] }])
})
