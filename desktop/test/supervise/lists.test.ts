import { describe, expect, it } from 'vitest'
import type { CallRow } from '../../src/api'
import { callQuery, emptyCallSearch, fromAddress, fromFigure, isAudited, pageAfter, toAddress, unfitNumber } from '../../src/supervise/find_calls'
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
  const trees = [{ code: 'report', label: { zh: '报案', en: 'Report' }, children: [{ code: 'report_single', label: { zh: '单方', en: 'Single' } }] }]

  it('are asked for by all that was chosen, a reason with all below it', () => {
    const asked = callQuery({ ...emptyCallSearch(), queue: 'motor', reason: 'report', number: '139 9700-0001', callId: ' c1 ' }, trees, AT_MS)
    expect(asked).toMatchObject({ queue: 'motor', reason: 'report,report_single', number: '13997000001', callId: 'c1', until: null })
    expect(callQuery({ ...emptyCallSearch(), reason: 'report_single' }, trees, AT_MS).reason).toBe('report_single')
  })

  it('of a named call, and of days without a beginning, are sought from the first day on', () => {
    expect(callQuery({ ...emptyCallSearch(), callId: 'c1' }, [], AT_MS).since).toContain('2000')
    expect(callQuery({ ...emptyCallSearch(), period: 'custom', to: '2026-11-01T00:00' }, [], AT_MS).since).toContain('2000')
    expect(callQuery(emptyCallSearch(), [], AT_MS).since).toBe(spanOf('today', AT_MS).since)
  })

  it('go on where a page ended', () => {
    expect(pageAfter({ queue: 'motor' }, [row({ callId: 'c2' }), row({ callId: 'c1' })])).toEqual({ queue: 'motor', before: `${AT},c1` })
    expect(pageAfter({ queue: 'motor' }, [])).toEqual({ queue: 'motor' })
  })

  it('know a number, its end, and what is neither', () => {
    expect(['13997000001', '+8613997000001', '0001', ''].map(unfitNumber)).toEqual([false, false, false, false])
    expect(['12', '1%', 'abc', '123456789012345678901'].map(unfitNumber)).toEqual([true, true, true, true])
    expect(['0001', '00001'].map(isAudited)).toEqual([false, true])
  })

  it('are found again by their address, which never says a number', () => {
    const search = { ...emptyCallSearch(), period: 'week' as const, queue: 'motor', number: '13997000001' }
    expect(toAddress(search)).toEqual({ period: 'week', queue: 'motor' })
    expect(fromAddress({ ...toAddress(search), other: 'x', agent: ['1', '2'] })).toEqual({ ...search, number: '' })
  })

  it('of a figure are those of its days, queue and outcome', () => {
    const found = fromFigure({ figure: 'answered', from: AT, to: AT, queue: 'motor', limit: 5 })
    expect(found).toMatchObject({ period: 'custom', queue: 'motor', outcome: 'answered' })
    expect(spanOf('custom', AT_MS, found.from, found.to).since?.slice(0, 16)).toBe(AT.slice(0, 16))
    expect(fromFigure({ figure: 'service_level_5', from: 'x' })).toEqual({ period: 'custom' })
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
