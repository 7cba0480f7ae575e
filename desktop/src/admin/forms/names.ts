/** Which names a field may take from elsewhere: skills, languages, queues, opening hours. Pure. */

import type { Choice } from '../wire'
import type { Path } from './fields'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const DAY_KEYS = ['mon-fri', 'mon-sun', 'sat-sun', ...DAYS, 'holiday']

const codes = (names: readonly string[]): Choice[] => names.map((code) => ({ code, label: {} }))

type Choices = Readonly<Record<string, Choice[]>>

/** Skills, and languages as queues name them. */
const needs = (choices: Choices): Choice[] => [
  ...(choices.skills ?? []),
  { code: 'lang:*', label: {} },
  ...(choices.languages ?? []).map((it) => ({ ...it, code: `lang:${it.code}` })),
]

/** Keys that a map at `path` may have; null: any. */
export function keyChoices(area: string, path: Path, choices: Choices): Choice[] | null {
  const last = path.at(-1)
  if (area === 'queues' && last === 'needs') return needs(choices)
  if (last === 'skills' && path.length > 1) return choices.skills ?? []
  if (last === 'gained') return choices.skills ?? []
  if (area === 'hours' && path[0] === 'hours' && path.length === 2) return codes(DAY_KEYS)
  if (area === 'hours' && path[0] === 'modes' && last === 'hours') return choices.hours ?? []
  return null
}

/** Values that a text at `path` may have; null: any. */
export function valueChoices(area: string, path: Path, choices: Choices, numbers: readonly string[]): Choice[] | null {
  const last = path.at(-1)
  const list = typeof last === 'number' ? path.at(-2) : last
  if (area === 'queues' && (last === 'fallback_queue' || last === 'queue')) return choices.queues ?? []
  if (area === 'queues' && last === 'number') return codes(numbers)
  if ((area === 'queues' || area === 'agents') && list === 'hours') return choices.hours ?? []
  if (area === 'agents' && list === 'languages') return choices.languages ?? []
  return null
}
