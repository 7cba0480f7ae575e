/** Plots as ECharts wants them, from points in time or by name. Pure. Words in canvas, no HTML: the page's policy. */

import type { EChartsCoreOption } from 'echarts/core'
import { SERIES, type Palette } from './palette'

export interface Series {
  name: string
  kind: 'line' | 'bar'
  values: (number | null)[]
  colour?: keyof Palette
  /** Bars of one name stand on each other. */
  stack?: string
  dashed?: boolean
}

export interface Plot {
  labels: string[]
  series: Series[]
  unit: 'count' | 'share' | 'seconds'
  /** For a screen on the wall: its title stands in the plot's first line, the legend at the end of it. */
  large?: boolean
}

const shown = (unit: Plot['unit'], value: unknown): string => {
  if (typeof value !== 'number') return '—'
  if (unit === 'share') return `${Math.round(value * 1000) / 10}%`
  return unit === 'seconds' ? `${Math.round(value)} s` : String(Math.round(value * 10) / 10)
}

function axis(colours: Palette, size: number): Record<string, unknown> {
  return {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours['text-2'], fontFamily: colours.font, fontSize: size, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
  }
}

/** A value without neighbours makes no line: only a point shows it. */
const isLonely = (values: readonly (number | null)[]): boolean => values.filter((value) => value !== null).length < 3

function drawn(series: Series, index: number, colours: Palette, large: boolean): Record<string, unknown> {
  const colour = colours[series.colour ?? SERIES[index % SERIES.length] ?? 'talking']
  const line = { width: large ? 3 : 2, type: series.dashed ? 'dashed' : 'solid', color: colour }
  return {
    name: series.name,
    type: series.kind,
    data: series.values,
    stack: series.stack,
    itemStyle: { color: colour },
    ...(series.kind === 'line' ? { lineStyle: line, symbol: 'circle', symbolSize: large ? 6 : 4, showSymbol: isLonely(series.values) } : { barMaxWidth: 22 }),
  }
}

export function chartOption(plot: Plot, colours: Palette): EChartsCoreOption {
  const size = plot.large ? 15 : 11
  const words = { color: colours.text, fontFamily: colours.font, fontSize: plot.large ? 15 : 12 }
  const many = plot.series.length > 1
  return {
    animation: false,
    textStyle: { fontFamily: colours.font },
    grid: { left: 4, right: 10, top: plot.large ? 30 : many ? 26 : 10, bottom: 2, containLabel: true },
    legend: many
      ? { top: 0, left: plot.large ? 'right' : 0, itemWidth: 14, itemHeight: 8, textStyle: { ...words, color: colours['text-2'], fontSize: size }, type: 'scroll' }
      : undefined,
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: words,
      valueFormatter: (value: unknown) => shown(plot.unit, value),
    },
    xAxis: { type: 'category', data: plot.labels, ...axis(colours, size), splitLine: { show: false } },
    yAxis: {
      type: 'value',
      min: 0,
      max: plot.unit === 'share' ? 1 : undefined,
      minInterval: plot.unit === 'count' ? 1 : undefined,
      splitNumber: 3,
      interval: plot.unit === 'share' ? 0.5 : undefined,
      ...axis(colours, size),
      axisLabel: { ...(axis(colours, size).axisLabel as object), formatter: (value: number) => shown(plot.unit, value) },
    },
    series: plot.series.map((one, index) => drawn(one, index, colours, plot.large ?? false)),
  }
}
