/** What a JSON Schema allows at a place of a file, and what it says about it. Pure. */

import type { Language } from '../../i18n'
import type { Step } from './place'

export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  title?: string
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  required?: string[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  minProperties?: number
}

const MOST_REFS = 20

/** A schema with its reference followed; what stands beside `$ref` counts too. */
export function resolved(root: Schema, schema: Schema): Schema {
  let found = schema
  for (let left = MOST_REFS; found.$ref && left > 0; left -= 1) {
    const { $ref, ...beside } = found
    const target = $ref.replace(/^#\//, '').split('/').reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], root,
    )
    found = { ...((target as Schema | undefined) ?? {}), ...beside }
  }
  return found
}

/** The schema itself and each of its alternatives. */
export function alternatives(root: Schema, schema: Schema, depth = 8): Schema[] {
  const one = resolved(root, schema)
  if (depth === 0) return [one]
  const inner = [...(one.anyOf ?? []), ...(one.oneOf ?? []), ...(one.allOf ?? [])]
  return [one, ...inner.flatMap((each) => alternatives(root, each, depth - 1))]
}

function below(root: Schema, schema: Schema, step: Step): Schema[] {
  if (typeof step === 'number') return schema.items ? alternatives(root, schema.items) : []
  const named = schema.properties?.[step]
  if (named) return alternatives(root, named)
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([each]) => new RegExp(each).test(step))
  if (pattern) return alternatives(root, pattern[1])
  const others = schema.additionalProperties
  return others && typeof others === 'object' ? alternatives(root, others) : []
}

/** All that may stand at `path`. */
export const schemasAt = (root: Schema, path: readonly Step[]): Schema[] =>
  path.reduce<Schema[]>((found, step) => found.flatMap((each) => below(root, each, step)), alternatives(root, root))

/** Chinese is the first line of a description, English the others; some have no Chinese. */
export function inLanguage(description: string | undefined, language: Language): string {
  const [chinese = '', ...english] = (description ?? '').split('\n')
  if (!/[\u{4e00}-\u{9fff}]/u.test(chinese)) return language === 'zh' ? '' : (description ?? '').trim()
  return language === 'zh' ? chinese : english.join(' ').trim() || chinese
}

/** What the key at the end of `path` means. */
export function meaning(root: Schema, path: readonly Step[], language: Language): string {
  const told = schemasAt(root, path).map((each) => inLanguage(each.description, language))
  return told.find(Boolean) ?? ''
}

export interface Offer {
  label: string
  detail: string
  /** A key that is wanted there. */
  required: boolean
}

/** Keys that may stand at `path`. */
export function keysAt(root: Schema, path: readonly Step[], language: Language): Offer[] {
  const found = new Map<string, Offer>()
  for (const schema of schemasAt(root, path))
    for (const [label, each] of Object.entries(schema.properties ?? {})) {
      const detail = inLanguage(resolved(root, each).description, language)
      const required = schema.required?.includes(label) ?? false
      if (!found.has(label)) found.set(label, { label, detail, required })
    }
  return [...found.values()]
}

/** Values that the schema itself names at `path`. */
export function valuesAt(root: Schema, path: readonly Step[]): string[] {
  const named = schemasAt(root, path).flatMap((each) => [
    ...(each.enum ?? []),
    ...(each.const === undefined ? [] : [each.const]),
    ...(each.type === 'boolean' ? [true, false] : []),
  ])
  return [...new Set(named.filter((each) => each !== null).map(String))]
}

/** Where names of the same file go: the targets of a menu are its nodes. */
export function nodesOf(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => /^nodes:\s*(#.*)?$/.test(line))
  if (begin < 0) return []
  const rest = lines.slice(begin + 1)
  const end = rest.findIndex((line) => /^[^\s#]/.test(line))
  const own = end < 0 ? rest : rest.slice(0, end)
  return own.flatMap((line) => /^ {2}([a-z][a-z0-9_]*):/.exec(line)?.[1] ?? [])
}
