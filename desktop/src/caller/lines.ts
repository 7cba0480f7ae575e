/** What the server says about this page's own calls, in order. Pure. */

import type { Language } from '../i18n'

interface Heard {
  n: number
  callId: string
  /** ISO 8601, UTC. */
  at: string
  text: string
}

/** What the menu says to the caller. */
export interface Said extends Heard {
  type: 'said'
  node: string
  language: Language
}

/** Where the call is, in the page's own language. */
export interface Came extends Heard {
  type: 'state'
  state: string
}

/** What this caller pressed, by this machine's clock. */
export interface Pressed {
  type: 'pressed'
  n: number
  at: string
  text: string
}

export type Line = Said | Came | Pressed

const isText = (value: unknown): value is string => typeof value === 'string'

/** A frame of `/ws/caller`, or null for what is none. */
export function lineOf(frame: string): Said | Came | null {
  let found: Record<string, unknown>
  try {
    found = JSON.parse(frame) as Record<string, unknown>
  } catch {
    return null
  }
  if (typeof found !== 'object' || found === null || typeof found.n !== 'number') return null
  if (!isText(found.callId) || !isText(found.at) || !isText(found.text)) return null
  if (found.type === 'said') return isText(found.node) && isText(found.language) ? (found as unknown as Said) : null
  return found.type === 'state' && isText(found.state) ? (found as unknown as Came) : null
}

const told = (lines: readonly Line[]): (Said | Came)[] => lines.filter((line) => line.type !== 'pressed')

/** With a line that was not there before; after a reconnect the server says all kept ones again. */
export function withLine(lines: readonly Line[], line: Said | Came): readonly Line[] {
  const last = told(lines).at(-1)
  if (last && line.n <= last.n) return lines
  return line.text ? [...lines, line] : lines
}

/** Keys pressed one after another are one line, until something is said again. */
export function withKey(lines: readonly Line[], key: string, at: string): readonly Line[] {
  const last = lines.at(-1)
  if (last?.type === 'pressed') return [...lines.slice(0, -1), { ...last, text: last.text + key }]
  return [...lines, { type: 'pressed', n: last?.n ?? 0, at, text: key }]
}

const MASKED = /\d(?=\d{2})/g

/** Identity digits are not left standing on a screen that others see: all but the last two of four and more. */
export const shownKeys = (keys: string): string => (keys.length < 4 ? keys : keys.replace(MASKED, '•'))
