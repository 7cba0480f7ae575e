import { describe, expect, it } from 'vitest'
import type { Options } from '../../src/api'
import { abandonLevel, ageLevel, centreTarget, shareLevel, targetOf, waitLevel } from '../../src/supervise/levels'
import { crew, kpis, queueRow } from '../../src/supervise/kpis'
import { QUARTER_MS, recentPlots, window } from '../../src/supervise/recent'
import { topFive } from '../../src/supervise/top'
import { agentRows, troubleOf } from '../../src/supervise/trouble'
import type { Wallboard } from '../../src/wire_board'
import { agent, AT, AT_MS } from '../samples'

const OPTIONS = { targets: { major: { share: 0.95, withinS: 10 }, motor: { share: 0.8, withinS: 20 } } } as unknown as Options
const DAY = { arrived: 100, handledIn: 80, handledOut: 12, answered: 80, abandoned: 6, answerRate: 0.9, serviceLevel: 0.78, serviceLevelNow: 0.6 }
const BOARD: Wallboard = {
  at: AT, complete: true, centre: DAY, waiting: 3, waitingSince: AT, callbacks: 2, workOpen: 4, workDue: 1, complaintsDue: 2, complaintsOverdue: 1, undispatched: 7,
  queues: [{ queue: 'major', waiting: 1, waitingSince: AT, callbacks: 0, today: DAY }], states: [],
}
const later = (seconds: number) => AT_MS + seconds * 1000
const limits = (reason: string | null) => (reason === 'BREAK' ? 900 : null)

describe('levels', () => {
  it('hold a share against what is wanted', () => {
    expect([0.8, 0.76, 0.7, null].map((value) => shareLevel(value, 0.8))).toEqual(['good', 'warn', 'bad', null])
  })

  it('hold a wait against the seconds of its queue', () => {
    expect([9, 10, 29, 30].map((waited) => waitLevel(waited, targetOf(OPTIONS, 'major').withinS))).toEqual(['good', 'warn', 'warn', 'bad'])
  })

  it('hold the centre to the least of its queues, and a queue without target to 80 in 20', () => {
    expect(centreTarget(OPTIONS)).toEqual({ share: 0.8, withinS: 20 })
    expect(targetOf(null, 'motor')).toEqual({ share: 0.8, withinS: 20 })
  })

  it('know nothing while nobody called', () => {
    expect(abandonLevel(0, 0)).toBeNull()
    expect([5, 9, 20].map((given) => abandonLevel(given, 100 - given))).toEqual(['good', 'warn', 'bad'])
  })

  it('call old figures old', () => {
    expect([3, 12, 40].map(ageLevel)).toEqual(['good', 'warn', 'bad'])
  })
})

describe('the figures', () => {
  it('are dashes before anything is known', () => {
    expect(kpis(null, null, AT_MS).every((kpi) => kpi.value === '—' && kpi.level === null)).toBe(true)
  })

  it('tell what waits and how the day goes, each with its level', () => {
    const found = Object.fromEntries(kpis(BOARD, OPTIONS, later(75)).map((kpi) => [kpi.key, [kpi.value, kpi.level]]))
    expect(found).toMatchObject({
      waiting: ['3', 'bad'], longest: ['1:15', 'bad'], levelNow: ['60%', 'bad'], level: ['78%', 'warn'], answerRate: ['90%', 'good'],
      abandoned: ['6', 'warn'], workDue: ['1', 'bad'], complaints: ['3', 'bad'], undispatched: ['7', null],
    })
  })

  it('of a queue are held to its own target', () => {
    const row = BOARD.queues[0]
    expect(row && queueRow(row, OPTIONS, later(15))).toMatchObject({ longest: '0:15', wait: 'warn', dayLevel: 'bad' })
  })

  it('count every agent once', () => {
    const agents = [agent(), agent({ state: 'talking' }), agent({ state: 'held' }), agent({ status: 'not_ready', reason: 'BREAK' })]
    expect(crew(agents).map((one) => one.count)).toEqual([1, 0, 2, 0, 0, 1])
  })
})

describe('trouble', () => {
  it.each([
    [{ state: 'held' as const }, 61, 'longHold'],
    [{ state: 'held' as const }, 59, null],
    [{ state: 'talking' as const }, 901, 'longTalk'],
    [{ state: 'wrap_up' as const }, 181, 'longWrapUp'],
    [{ status: 'not_ready' as const, reason: 'RNA' }, 5, 'missed'],
    [{ status: 'not_ready' as const, reason: 'BREAK' }, 901, 'overstayed'],
    [{ asked: 'MEETING' }, 1, 'asks'],
    [{ desk: 'lost' as const }, 1, 'lost'],
    [{ status: 'logged_out' as const, state: 'idle' as const }, 5000, null],
  ])('of %o after %d s is %s', (over, seconds, trouble) => {
    expect(troubleOf(agent(over), later(seconds), limits)).toBe(trouble)
  })

  it('stands on top, the worst first', () => {
    const agents = [
      agent({ agentId: 'a', status: 'logged_out' }), agent({ agentId: 'b' }), agent({ agentId: 'c', state: 'held' }),
      agent({ agentId: 'd', status: 'not_ready', reason: 'RNA' }),
    ]
    expect(agentRows(agents, later(120), limits).map((row) => row.agent.agentId)).toEqual(['d', 'c', 'b', 'a'])
  })
})

describe('the last hours', () => {
  it('are whole quarters, the one that runs too', () => {
    const span = window(AT_MS + 60_000)
    expect(Date.parse(span.to) - Date.parse(span.from)).toBe(24 * QUARTER_MS)
    expect(Date.parse(span.to)).toBe(AT_MS + QUARTER_MS)
  })

  it('put each quarter at its place, quiet ones too', () => {
    const span = { from: AT, to: new Date(AT_MS + 3 * QUARTER_MS).toISOString() }
    const at = new Date(AT_MS + QUARTER_MS).toISOString()
    const report = {
      by: 'centre', interval: '15m', figures: [],
      rows: [
        { at, row: '', values: { answered: [7, 1, 7], abandoned_all: [1, 1, 1], service_level_5: [6, 8, 0.75] } },
        { at: null, row: '*', values: {} },
      ],
    } as never
    const plots = recentPlots({ report, span, waiting: [{ at, mean: 0.5, most: 3 }] }, { waiting: 'w', most: 'm', answered: 'a', abandoned: 'x', level: 's' })
    expect(plots.queue.series.map((one) => one.values)).toEqual([[0, 3, 0], [0, 0.5, 0]])
    expect(plots.calls.series.map((one) => one.values)).toEqual([[0, 7, 0], [0, 1, 0]])
    expect(plots.level.series[0]?.values).toEqual([null, 0.75, null])
  })
})

describe('the five best', () => {
  const best = (row: string, talks: number, at: string | null = null) => ({ at, row, values: { talks_in: [talks, 1, talks], handle_time_in: [talks * 60_000, talks, talks ? 60 : null] } })

  it('are those who answered most, in an order that stays', () => {
    const rows = [best('1002', 9), best('1001', 9), best('1003', 0), best('', 5), best('*', 99), best('1004', 30, AT), best('1005', 12)]
    expect(topFive({ by: 'agent', interval: 'whole', figures: [], rows } as never).map(({ agentId }) => agentId)).toEqual(['1005', '1001', '1002'])
  })
})
