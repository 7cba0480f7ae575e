import { describe, expect, it } from 'vitest'
import type { CallRow } from '../../src/api'
import { emptyCallSearch, fits, outcomes } from '../../src/supervise/find_calls'
import { emptySearch, recordingQuery } from '../../src/supervise/find_recordings'
import { spanOf } from '../../src/supervise/period'
import { ruleOf } from '../../src/supervise/why'
import { dueLevel, mayClose, mayTake, shownDetails } from '../../src/supervise/work'
import { queryOf } from '../../src/supervise/query'
import type { WorkItem } from '../../src/supervise_api'
import { AT, AT_MS } from '../samples'

const row = (over: Partial<CallRow> = {}): CallRow => ({
  callId: 'cti-1.2', callerNumber: '138****1234', arrivedAt: AT, queue: 'motor', agentId: '1001', outcome: 'answered', keys: [], waitedS: 3, talkedS: 60,
  clearedBy: null, endedAt: null, wrapUpReason: null, direction: 'inbound', flags: [], ...over,
})
const item = (over: Partial<WorkItem> = {}): WorkItem => ({
  itemId: 1, kind: 'voicemail', state: 'open', openedAt: AT, dueAt: AT, queue: 'motor', callId: null, number: '', details: {}, takenBy: null, takenAt: null,
  closedBy: null, closedAt: null, result: null, remarks: null, ...over,
})

it('a query leaves out what is empty and writes the rest safely', () => {
  expect(queryOf({ a: 'x&y', b: '', c: null, d: 0 })).toBe('?a=x%26y&d=0')
  expect(queryOf({})).toBe('')
})

describe('a stretch of time', () => {
  it('of yesterday ends where today begins', () => {
    expect(spanOf('yesterday', AT_MS).until).toBe(spanOf('today', AT_MS).since)
  })

  it('of seven days begins six days before today', () => {
    const [week, today] = [spanOf('week', AT_MS).since, spanOf('today', AT_MS).since]
    expect(Math.round((Date.parse(today ?? '') - Date.parse(week ?? '')) / 86_400_000)).toBe(6)
  })

  it('of choice may be open', () => {
    expect(spanOf('custom', AT_MS, '', '')).toEqual({ since: null, until: null })
    expect(spanOf('custom', AT_MS, '2026-11-01T08:30').since).toBe(new Date('2026-11-01T08:30').toISOString())
  })
})

it('recordings are asked for by what was typed, without blanks', () => {
  const query = recordingQuery({ ...emptySearch(), number: ' 13812341234 ', held: true, agent: '1001' }, AT_MS)
  expect(query).toMatchObject({ number: '13812341234', held: '1', agent: '1001', limit: 200, until: null })
})

describe('calls', () => {
  it('fit by queue, agent, outcome, direction, number or id, and before the end', () => {
    expect(fits(row(), emptyCallSearch(), null)).toBe(true)
    expect(fits(row(), { ...emptyCallSearch(), text: '1234' }, null)).toBe(true)
    expect(fits(row(), { ...emptyCallSearch(), text: '9999' }, null)).toBe(false)
    expect(fits(row(), { ...emptyCallSearch(), queue: 'major' }, null)).toBe(false)
    expect(fits(row(), { ...emptyCallSearch(), direction: 'outbound' }, null)).toBe(false)
    expect(fits(row(), emptyCallSearch(), AT)).toBe(false)
  })

  it('offer the outcomes that occur', () => {
    expect(outcomes([row(), row({ outcome: null }), row({ outcome: 'abandoned' }), row()])).toEqual(['abandoned', 'answered'])
  })
})

it('why somebody was not chosen is a rule with its details', () => {
  expect(ruleOf('level motor 2 1')).toEqual({ key: 'level', params: { need: 'motor', wanted: '2', has: '1' } })
  expect(ruleOf('not_ready BREAK')).toEqual({ key: 'not_ready', params: { need: 'BREAK' } })
  expect(ruleOf('new_rule 7')).toEqual({ key: 'other', params: { need: 'new_rule 7' } })
})

describe('work', () => {
  it('is overdue, due soon, or in good time', () => {
    expect([AT_MS + 1, AT_MS - 60_000, AT_MS - 3_600_000].map((now) => dueLevel(AT, now))).toEqual(['bad', 'warn', 'good'])
  })

  it('that somebody took he closes himself', () => {
    expect([mayTake(item()), mayClose(item(), 'me')]).toEqual([true, true])
    const taken = item({ state: 'taken', takenBy: 'you' })
    expect([mayTake(taken), mayClose(taken, 'me'), mayClose(taken, 'you')]).toEqual([false, false, true])
    expect(mayClose(item({ state: 'done' }), 'me')).toBe(false)
  })

  it('shows details that tell somebody something', () => {
    expect(shownDetails(item({ details: { message_id: 'm1', seconds: '8', text: '' } }))).toEqual([['seconds', '8']])
  })
})
