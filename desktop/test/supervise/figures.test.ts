import { describe, expect, it } from 'vitest'
import { csvOf, dayAfter, firstOwn, ownQuery, reportQuery, unfit } from '../../src/supervise/ask_figures'
import { behindQuery, change, figuresOf, plotOf, shown } from '../../src/supervise/figures'
import { chartOption } from '../../src/chart/options'
import type { Palette } from '../../src/chart/palette'
import type { Definition, MeasureRow, Sums } from '../../src/supervise_api'
import { AT_MS } from '../samples'

const definition = (figure: string, unit: Definition['unit'] = 'count'): Definition => ({ figure, name: figure, formula: '', unit, interval: 'entry' })
const sums = (value: number): Sums => [value, 1, value]
const row = (at: string | null, name: string, value: number, before?: number): MeasureRow => ({
  at, row: name, values: { answered: sums(value) }, ...(before === undefined ? {} : { yearBefore: { answered: sums(before) } }),
})
const SPAN = { from: '2026-11-01T00:00:00+08:00', to: '2026-11-03T00:00:00+08:00' }
const [ONE, TWO] = [SPAN.from, '2026-11-02T00:00:00+08:00']
const words = { now: 'now', before: 'before', of: (one: MeasureRow) => one.row }

describe('a value', () => {
  it('reads by its unit', () => {
    expect(shown([8, 10, 0.8123], 'share')).toBe('81.2%')
    expect(shown([754_000, 10, 75.4], 'seconds')).toBe('1:15')
    expect(shown([7, 1, 7], 'count')).toBe('7')
    expect(shown([0, 0, null], 'share')).toBe('—')
  })

  it('changes in points or per cent, or not at all', () => {
    expect(change([8, 10, 0.8], [7, 10, 0.7], 'share')).toBe('+10.0 pp')
    expect(change(sums(90), sums(100), 'count')).toBe('-10.0%')
    expect(change(sums(90), sums(0), 'count')).toBeNull()
    expect(change(sums(90), undefined, 'count')).toBeNull()
  })
})

describe('what lies behind', () => {
  const days = { by: 'centre', interval: 'day', rows: [row(ONE, '*', 4), row(TWO, '*', 6), row(null, '*', 10)] }
  const queues = { by: 'queue', interval: 'whole', rows: [row(null, 'motor', 4), row(null, '*', 4)] }

  it('an interval ends where the next begins, the last with the period', () => {
    expect(behindQuery(days, row(ONE, '*', 4), 'answered', SPAN)).toEqual({ figure: 'answered', from: ONE, to: TWO })
    expect(behindQuery(days, row(TWO, '*', 6), 'answered', SPAN)?.to).toBe(SPAN.to)
    expect(behindQuery(days, row(null, '*', 10), 'answered', SPAN)).toMatchObject({ from: SPAN.from, to: SPAN.to })
  })

  it('a queue is narrowed to, everything is not', () => {
    expect(behindQuery(queues, row(null, 'motor', 4), 'answered', SPAN)).toMatchObject({ queue: 'motor' })
    expect(behindQuery(queues, row(null, '*', 4), 'answered', SPAN, { agent: '1001' })).toEqual({ figure: 'answered', agent: '1001', ...SPAN })
  })

  it('an hour of many days is not one stretch', () => {
    expect(behindQuery({ ...queues, by: 'hour' }, row(null, '8', 4), 'answered', SPAN)).toBeNull()
  })
})

describe('a plot', () => {
  it('over time has the year before beside it', () => {
    const table = { by: 'centre', interval: 'day', rows: [row(ONE, '*', 4, 3), row(TWO, '*', 6, 5), row(null, '*', 10, 8)] }
    const plot = plotOf(table, definition('answered'), words)
    expect(plot?.series.map((one) => [one.name, one.values, one.dashed ?? false])).toEqual([['now', [4, 6], false], ['before', [3, 5], true]])
  })

  it('of rows without time is bars, the sum apart', () => {
    const plot = plotOf({ by: 'queue', interval: 'whole', rows: [row(null, 'motor', 4), row(null, 'major', 1), row(null, '*', 5)] }, definition('answered'), words)
    expect([plot?.labels, plot?.series[0]?.kind, plot?.series[0]?.values]).toEqual([['motor', 'major'], 'bar', [4, 1]])
  })

  it('of several queues over time is a line each', () => {
    const rows = [row(ONE, 'motor', 4), row(ONE, 'major', 1), row(TWO, 'motor', 2)]
    expect(plotOf({ by: 'queue', interval: 'day', rows }, definition('answered'), words)?.series.map((one) => one.values)).toEqual([[4, 2], [1, null]])
  })

  it('speaks in the canvas, for the page lets no styles into HTML', () => {
    const colours = {} as Palette
    const option = chartOption({ labels: ['a'], unit: 'share', series: [{ name: 'x', kind: 'line', values: [0.5] }] }, colours)
    expect(option).toMatchObject({ tooltip: { renderMode: 'richText' }, yAxis: { min: 0, max: 1 }, animation: false })
  })
})

it('figures are those that occur, as they are defined', () => {
  const known = [definition('requests'), definition('answered')]
  expect(figuresOf({ by: 'centre', interval: 'day', rows: [row(ONE, '*', 1)] }, known).map((one) => one.figure)).toEqual(['answered'])
})

describe('a question', () => {
  it('means its last day too', () => {
    expect(dayAfter('2026-12-31')).toBe('2027-01-01')
    expect(ownQuery({ ...firstOwn(AT_MS), from: '2026-11-01', to: '2026-11-02', compare: true, figures: ['answered', 'requests'] })).toMatchObject({
      from: '2026-11-01', to: '2026-11-03', figures: 'answered,requests', compare: 'year', by: 'centre', interval: 'day',
    })
    expect(reportQuery('custom', '2026-11-01', '2026-11-01')).toEqual({ from: '2026-11-01', to: '2026-11-02' })
    expect(reportQuery('last_week', '', '')).toEqual({ period: 'last_week' })
  })

  it('needs days in their order', () => {
    expect([unfit({ from: '2026-11-02', to: '2026-11-01' }), unfit({ from: '', to: '2026-11-01' }), unfit({ from: '2026-11-01', to: '2026-11-01' })]).toEqual([true, true, false])
  })
})

it('a CSV file has a mark, quotes where needed, and nothing that computes', () => {
  expect(csvOf(['a', 'b'], [['x,y', '=1+1'], ['-3.5%', '@sum']])).toBe("\ufeffa,b\r\n\"x,y\",'=1+1\r\n-3.5%,'@sum\r\n")
})
