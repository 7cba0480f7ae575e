/** The list beside a form: one entry for each part that is worth a page of its own. Pure. */

import { inLanguage, resolved, type Schema } from '../files/schema'
import type { Language } from '../../i18n'
import { core, kindOf, valueSchema, type Path } from './fields'

export interface Section {
  path: Path
  title: string
  /** Its entries may be added to and taken out. */
  grows: 'map' | 'list' | null
  /** The parts of it, each a page of its own. */
  entries: { path: Path; title: string; code: string }[]
}

/** An entry with more fields than these has a page of its own. */
const FEW = 3

function nameOf(value: unknown, language: Language): string {
  const found = (value ?? {}) as { name?: unknown; label?: Partial<Record<Language, string>>; seat?: unknown }
  return String(found.label?.[language] ?? found.label?.zh ?? found.name ?? found.seat ?? '')
}

const codeOf = (value: unknown): string => {
  const found = (value ?? {}) as { id?: unknown; login?: unknown }
  return String(found.id ?? found.login ?? '')
}

/** An entry in words: its name, and what the file calls it. */
export function titleOf(path: Path, value: unknown, language: Language): string {
  const last = path.at(-1)
  return [nameOf(value, language), typeof last === 'number' ? codeOf(value) : String(last ?? '')].filter(Boolean).join(' ')
}

export function sectionsOf(root: Schema, fields: Readonly<Record<string, unknown>>, own: readonly string[], language: Language): Section[] {
  return own.map((key) => {
    const schema = core(root, root.properties?.[key] ?? {})
    const title = inLanguage(resolved(root, root.properties?.[key] ?? {}).description, language) || key
    const kind = kindOf(root, schema)
    const inner = kind === 'map' ? valueSchema(schema, 'x') : kind === 'list' ? (schema.items ?? {}) : null
    const big = inner !== null && Object.keys(core(root, inner).properties ?? {}).length > FEW
    const value = fields[key]
    if (!big || value === undefined) return { path: [key], title, grows: null, entries: [] }
    const entries = Array.isArray(value)
      ? value.map((each: unknown, index) => ({ path: [key, index], title: nameOf(each, language), code: codeOf(each) }))
      : Object.entries(value as object).map(([name, each]) => ({ path: [key, name], title: nameOf(each, language), code: name }))
    return { path: [key], title, grows: kind as 'map' | 'list', entries }
  })
}
