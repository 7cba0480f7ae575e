import { expect, it } from 'vitest'
import { blank, draftOf, Drafts, fieldsOf, fitsReference, fromServer, toServer, touched } from '../src/draft'
import type { CallRow } from '../src/api'
import { AT, Memory } from './samples'

const draft = (callId: string, at = AT) => blank(callId, '138****1234', 'motor', at)

it('a draft is found again by its call', () => {
  const drafts = new Drafts(new Memory(), 'li')
  drafts.save({ ...draft('c1'), remarks: '右前灯' })
  expect(drafts.load('c1')?.remarks).toBe('右前灯')
})

it('open drafts are listed oldest first', () => {
  const drafts = new Drafts(new Memory(), 'li')
  drafts.save(draft('new', '2026-11-22T02:00:00Z'))
  drafts.save(draft('old', '2026-11-22T01:00:00Z'))
  expect(drafts.all().map((it) => it.callId)).toEqual(['old', 'new'])
})

it('a sent draft is gone', () => {
  const drafts = new Drafts(new Memory(), 'li')
  drafts.save(draft('c1'))
  drafts.drop('c1')
  expect(drafts.load('c1')).toBeNull()
  expect(drafts.all()).toEqual([])
})

it('one agent never sees the drafts of another on the same machine', () => {
  const store = new Memory()
  new Drafts(store, 'li').save(draft('c1'))
  expect(new Drafts(store, 'wang').all()).toEqual([])
})

it('what is not a draft is passed over', () => {
  const store = new Memory()
  store.setItem('cti.wrapUp.li.c1', '{broken')
  store.setItem('cti.wrapUp.li.c2', '42')
  expect(new Drafts(store, 'li').all()).toEqual([])
})

it('a full store is reported, not thrown', () => {
  const store = new Memory()
  store.setItem = () => {
    throw new Error('QuotaExceededError')
  }
  expect(new Drafts(store, 'li').save(draft('c1'))).toBe(false)
})

it('a draft of an earlier desktop gets the fields it did not have', () => {
  const found = draftOf({ callId: 'c1', reason: ['report'], remarks: '右前灯', solved: false })
  expect(found).toMatchObject({ remarks: '右前灯', solved: false, handling: '', reference: '', followUpDue: null, changedAt: '' })
})

it('what a field cannot be is not taken from a draft', () => {
  const found = draftOf({ callId: 'c1', reason: ['report', 7], remarks: { toString: 1 }, handling: 'eaten', emotion: 'calm', solved: 'yes' })
  expect(found).toMatchObject({ reason: ['report'], remarks: '', handling: '', emotion: 'calm', solved: true })
})

it('each change is later than the one before, also when the clock goes back', () => {
  const first = touched(draft('c1'), 2_000)
  const second = touched(first, 1_000)
  expect([first.changedAt, second.changedAt]).toEqual(['1970-01-01T00:00:02.000Z', '1970-01-01T00:00:02.001Z'])
})

it('a draft comes back from the server as it went there', () => {
  const sent = touched({ ...draft('c1'), remarks: '右前灯', handling: 'dispatched' }, 5_000)
  expect(fromServer(toServer(sent))).toEqual({ ...sent, onServer: sent.changedAt })
})

it('a reference is letters, digits and hyphens', () => {
  expect(['', 'PDAA2026-1', '编号', 'a b', 'x'.repeat(33)].map(fitsReference)).toEqual([true, true, false, false, false])
})

it('a sent record comes back into the form with all its fields', () => {
  const row = { callId: 'c1', wrapUpRemarks: '旧', solved: false, followUp: true, handling: 'call_back', followUpDue: '2026-12-01' }
  expect(fieldsOf(row as unknown as CallRow)).toMatchObject({ remarks: '旧', solved: false, followUp: true, handling: 'call_back', followUpDue: '2026-12-01' })
})
