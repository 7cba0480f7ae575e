/** Colours of plots: the design's own tokens, read when a plot is drawn. */

const NAMES = ['text', 'text-2', 'line', 'surface', 'talking', 'ready', 'not_ready', 'wrap_up', 'held', 'ringing', 'break', 'font'] as const

export type Palette = Record<(typeof NAMES)[number], string>

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Palette
}

/** Of series without a meaning of their own, in their order. */
export const SERIES: readonly (keyof Palette)[] = ['talking', 'ready', 'ringing', 'held', 'not_ready', 'break', 'wrap_up', 'text-2']
