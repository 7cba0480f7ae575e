import { expect, it } from 'vitest'
import { blank, type WrapUp } from '../src/draft'
import { plan, reconciled } from '../src/draft_merge'
import { AT } from './samples'

const at = (minute: number): string => `2026-11-22T01:${String(minute).padStart(2, '0')}:00.000Z`
const draft = (over: Partial<WrapUp> = {}): WrapUp => ({ ...blank('c1', '138****1234', 'motor', AT), ...over })
const stored = (minute: number, over: Partial<WrapUp> = {}): WrapUp => draft({ changedAt: at(minute), onServer: at(minute), ...over })
const typed = (minute: number, over: Partial<WrapUp> = {}): WrapUp => draft({ changedAt: at(minute), ...over })

it('what another seat wrote later takes the place of what was the same here', () => {
  expect(reconciled(stored(1, { remarks: 'old' }), stored(2, { remarks: 'new' })).remarks).toBe('new')
})

it('what was typed here after the server had it stays', () => {
  const mine = typed(3, { remarks: 'more', onServer: at(2) })
  expect(reconciled(mine, stored(2, { remarks: 'less' }))).toBe(mine)
})

it('two seats that wrote apart: the newer one wins and no remark is lost', () => {
  const mine = typed(3, { remarks: 'from here', handling: 'answered' })
  const one = reconciled(mine, stored(5, { remarks: 'from there', emotion: 'calm' }))
  expect(one).toMatchObject({ remarks: 'from there\nfrom here', handling: 'answered', emotion: 'calm', onServer: at(5) })
  expect(Date.parse(one.changedAt)).toBeGreaterThan(Date.parse(at(5)))
})

it('a remark that the newer one contains is not said twice', () => {
  expect(reconciled(typed(3, { remarks: '右前灯' }), stored(5, { remarks: '右前灯破损' }))).toMatchObject({ remarks: '右前灯破损', changedAt: at(5), onServer: at(5) })
})

it('a draft of another seat is kept here, one of here is sent', () => {
  const mine = typed(1, { callId: 'here' })
  const theirs = stored(2, { callId: 'there' })
  expect(plan([mine], [theirs], null)).toEqual({ keep: [theirs], send: [mine], drop: [] })
})

it('a form that nobody typed into is not sent', () => {
  expect(plan([draft()], [], null)).toEqual({ keep: [], send: [], drop: [] })
})

it('a draft that the server had and has not any more was sent at another seat', () => {
  expect(plan([stored(1)], [], null).drop).toEqual(['c1'])
})

it('of the call in hand nothing is dropped', () => {
  expect(plan([stored(1)], [], 'c1')).toEqual({ keep: [], send: [stored(1)], drop: [] })
})

it('what was changed since is sent again, not dropped', () => {
  const mine = typed(3, { onServer: at(1) })
  expect(plan([mine], [], null)).toEqual({ keep: [], send: [mine], drop: [] })
})

it('what both places have alike needs nothing', () => {
  expect(plan([stored(1)], [stored(1)], null)).toEqual({ keep: [], send: [], drop: [] })
})
