import { describe, expect, it } from 'vitest'
import { alerts, emptyState, myself, reduce, waiting, type DeskState } from '../src/state'
import type { BoardFrame, Frame, OwnStateFrame } from '../src/wire'
import { agent, AT, AT_MS, call, pop, snapshot } from './samples'

const after = (frames: Frame[], start: DeskState = emptyState('1001')): DeskState =>
  frames.reduce((state, frame) => reduce(state, frame, AT_MS), start)
const ringing = agent({ state: 'ringing', callId: 'c1' })
const popped: Frame = { ...pop(), type: 'screenPop', id: '7-0' }

describe('snapshot', () => {
  it('replaces all that was known', () => {
    const old = after([snapshot({ calls: [call({ callId: 'gone' })] })])
    const state = after([snapshot({ id: '9-0' })], old)
    expect(Object.keys(state.calls)).toEqual(['c1'])
    expect(state.lastId).toBe('9-0')
    expect(state.known).toBe(true)
  })

  it('tells how far this clock is behind the server', () => {
    expect(reduce(emptyState('1001'), snapshot(), AT_MS - 90_000).skewMs).toBe(90_000)
  })

  it('brings back the call and the pop of an agent who reloads in mid-call', () => {
    const me = agent({ state: 'talking', callId: 'c1' })
    const state = after([snapshot({ me, pop: pop() })])
    expect(state.myCallId).toBe('c1')
    expect(state.pop?.callId).toBe('c1')
  })

  it('has no agent of its own for a supervisor', () => {
    const state = after([snapshot({ me: null })], emptyState(null))
    expect(myself(state)).toBeNull()
    expect(Object.keys(state.agents)).toEqual(['1001', '1002'])
  })
})

describe('events', () => {
  it('remember the last id seen', () => {
    expect(after([snapshot(), { type: 'queued', id: '6-0', callId: 'c2', call: call({ callId: 'c2' }) }]).lastId).toBe('6-0')
  })

  it('keep the last id when a frame has none', () => {
    expect(after([snapshot(), { type: 'resumed' }]).lastId).toBe('5-0')
  })

  it('replace the records they carry', () => {
    const state = after([snapshot(), { type: 'agentNotReady', id: '6-0', agent: agent({ agentId: '1002', status: 'not_ready' }) }])
    expect(state.agents['1002']?.status).toBe('not_ready')
    expect(state.agents['1001']?.status).toBe('ready')
  })

  it('remove a call that is over', () => {
    expect(after([snapshot(), { type: 'callCleared', id: '6-0', callId: 'c1', call: null }]).calls).toEqual({})
  })

  it('leave calls alone when they carry none', () => {
    const state = after([snapshot(), { type: 'wrapUpSaved', id: '6-0', callId: 'c1' }])
    expect(Object.keys(state.calls)).toEqual(['c1'])
  })

  it('of an unknown type change nothing but the last id', () => {
    const before = after([snapshot()])
    expect(after([{ type: 'newThing', id: '6-0' }], before)).toEqual({ ...before, lastId: '6-0' })
  })

  it('from the future show that this clock is behind', () => {
    const late: Frame = { type: 'queued', id: '6-0', at: AT }
    expect(reduce(after([snapshot()]), late, AT_MS - 4000).skewMs).toBe(4000)
  })

  it('replayed from the past do not move the clock', () => {
    const old: Frame = { type: 'queued', id: '6-0', at: AT }
    expect(reduce(after([snapshot()]), old, AT_MS + 60_000).skewMs).toBe(0)
  })
})

describe('screen-pop', () => {
  it('is kept from ringing to the end of wrap-up', () => {
    const state = after([
      snapshot(),
      popped,
      { type: 'delivered', id: '7-1', agent: ringing },
      { type: 'established', id: '7-2', agent: agent({ state: 'talking', callId: 'c1' }) },
      { type: 'agentWorkingAfterCall', id: '7-3', agent: agent({ state: 'wrap_up', callId: null }), callId: 'c1', call: null },
    ])
    expect(state.pop?.callId).toBe('c1')
    expect(state.myCallId).toBe('c1')
  })

  it('goes when the offer was missed', () => {
    const idle = agent({ status: 'not_ready', reason: 'RNA' })
    const state = after([snapshot(), popped, { type: 'diverted', id: '7-1', agent: idle }])
    expect(state.pop).toBeNull()
    expect(state.myCallId).toBeNull()
  })

  it('goes when another call comes', () => {
    const state = after([snapshot(), popped, { type: 'agentAllocated', id: '8-0', agent: agent({ state: 'reserved', callId: 'c9' }) }])
    expect(state.pop).toBeNull()
    expect(state.myCallId).toBe('c9')
  })

  it('is untouched by what other agents do', () => {
    const other = agent({ agentId: '1002', state: 'idle' })
    expect(after([snapshot(), popped, { type: 'agentReady', id: '8-0', agent: other }]).pop?.callId).toBe('c1')
  })

  it('takes the customers when they come later', () => {
    const state = after([snapshot(), popped, { ...pop({ customers: [] }), type: 'screenPop' }])
    expect(state.pop?.customers).toEqual([])
    expect(state.lastId).toBe('7-0')
  })
})

it('a replaced desktop knows it until its next snapshot', () => {
  const state = after([snapshot(), { type: 'replaced' }])
  expect(state.replaced).toBe(true)
  expect(after([snapshot()], state).replaced).toBe(false)
})

it('waiting calls stand in the order they will be served', () => {
  const calls = [
    call({ callId: 'late', queuedAt: '2026-11-22T01:00:09+00:00' }),
    call({ callId: 'early' }),
    call({ callId: 'urgent', priority: 100 }),
    call({ callId: 'missed', priority: 20, head: true }),
    call({ callId: 'talking', phase: 'talking' }),
  ]
  expect(waiting(after([snapshot({ calls })])).map((it) => it.callId)).toEqual(['missed', 'urgent', 'early', 'late'])
})

describe('alerts', () => {
  it('are urgent calls that nobody talks with yet, the oldest first', () => {
    const late = call({ callId: 'late', alert: 'open', arrivedAt: '2026-11-22T01:00:09Z' })
    const early = call({ callId: 'early', alert: '2001', arrivedAt: '2026-11-22T01:00:01Z' })
    const talking = call({ callId: 'talking', alert: 'open', answeredAt: '2026-11-22T01:00:20Z' })
    const state = after([snapshot({ calls: [late, early, talking, call({ callId: 'calm' })] })])
    expect(alerts(state).map((one) => one.callId)).toEqual(['early', 'late'])
  })
})

describe('a supervisor', () => {
  it('sees the newest wallboard', () => {
    const board = { type: 'wallboard', waiting: 3 } as unknown as BoardFrame
    expect(after([snapshot(), board]).board?.waiting).toBe(3)
  })

  it('knows what he listens to, and when that is over', () => {
    const monitoring = { callId: 'c1', agentId: '1002', mode: 'listen', heard: true } as const
    const listening = after([snapshot({ me: null, monitoring })])
    expect(listening.monitoring?.agentId).toBe('1002')
    const own: OwnStateFrame = { type: 'ownState', me: agent({ state: 'idle' }), monitoring: null }
    expect(after([own], listening).monitoring).toBeNull()
  })
})

describe('notices', () => {
  const said = (at: string, text: string) => ({ at, by: 'banzhang', text, queues: [] })

  it('come with the snapshot and one by one, the newest first', () => {
    const state = after([snapshot({ notices: [said('2026-11-22T01:00:00Z', 'a'), said('2026-11-22T01:10:00Z', 'b')] }), { ...said('2026-11-22T01:20:00Z', 'c'), type: 'noticeSent', id: '9-0' }])
    expect(state.notices.map(({ text }) => text)).toEqual(['c', 'b', 'a'])
    expect(state.lastId).toBe('9-0')
  })
})

it('a replaced desktop leads again where it resumes', () => {
  const state = after([snapshot(), { type: 'replaced' }])
  expect(after([{ type: 'resumed', id: '7-0' }], state).replaced).toBe(false)
})
