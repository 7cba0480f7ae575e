import { expect, it } from 'vitest'
import { blank, Drafts } from '../src/draft'
import { AT } from './samples'

class Memory {
  private readonly kept = new Map<string, string>()
  get length(): number {
    return this.kept.size
  }
  key = (i: number): string | null => [...this.kept.keys()][i] ?? null
  getItem = (key: string): string | null => this.kept.get(key) ?? null
  setItem = (key: string, value: string): void => void this.kept.set(key, value)
  removeItem = (key: string): void => void this.kept.delete(key)
}

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
