/** Fields of a form by their schema: what kind each is, reading and writing at a place, blanks. Pure. */

import { alternatives, resolved, type Schema } from '../files/schema'

export type Path = readonly (string | number)[]
export type Kind = 'text' | 'number' | 'yesno' | 'choice' | 'date' | 'object' | 'map' | 'list' | 'words' | 'variant'

const nothing = (schema: Schema): boolean => schema.type === 'null'
const isStructure = (schema: Schema): boolean => schema.type === 'object' || schema.type === 'array'

/** The schema without "may be null": a field that is left out is left out. */
export function core(root: Schema, schema: Schema): Schema {
  const found = resolved(root, schema)
  const others = found.anyOf?.map((each) => resolved(root, each)).filter((each) => !nothing(each))
  if (!others || others.length !== 1 || !others[0]) return found
  return { ...others[0], description: found.description ?? others[0].description }
}

/** What may stand there, where it may be of several shapes. */
export const shapes = (root: Schema, schema: Schema): Schema[] =>
  (core(root, schema).anyOf ?? []).map((each) => resolved(root, each)).filter((each) => !nothing(each))

/** Of a list: its items are words or numbers, not structures. */
function listKind(root: Schema, schema: Schema): Kind {
  const items = alternatives(root, schema.items ?? {})
  return items.some(isStructure) ? 'list' : 'words'
}

export function kindOf(root: Schema, schema: Schema): Kind {
  const found = core(root, schema)
  if (found.anyOf) return 'variant'
  if (found.enum) return 'choice'
  if (found.const === true || found.type === 'boolean') return 'yesno'
  if (found.type === 'array') return listKind(root, found)
  if (found.type === 'object') return found.properties ? 'object' : 'map'
  if (found.type === 'integer' || found.type === 'number') return 'number'
  return found.format === 'date' ? 'date' : 'text'
}

/** Where two values part, down to single fields; `undefined`: it is not there. */
export interface Apart {
  path: Path
  mine: unknown
  theirs: unknown
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)

export function apart(mine: unknown, theirs: unknown, path: Path = []): Apart[] {
  if (same(mine, theirs)) return []
  if (!isBranch(mine) || !isBranch(theirs)) return [{ path, mine, theirs }]
  const [ours, others] = [mine as Record<string, unknown>, theirs as Record<string, unknown>]
  return [...new Set([...Object.keys(ours), ...Object.keys(others)])].flatMap((key) => apart(ours[key], others[key], [...path, key]))
}

/** The schema of what a map keeps under `key`. */
export function valueSchema(schema: Schema, key: string): Schema {
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([each]) => new RegExp(each).test(key))
  const first = Object.values(schema.patternProperties ?? {})[0]
  const others = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  return pattern?.[1] ?? others ?? first ?? {}
}

/** Of several shapes, the one that has places in it. */
function structure(root: Schema, schema: Schema): Schema {
  const found = core(root, schema)
  return shapes(root, found).find(isStructure) ?? found
}

/** The schema at a place. */
export function schemaAt(root: Schema, path: Path): Schema {
  return path.reduce<Schema>((at, step) => {
    const found = structure(root, at)
    if (typeof step === 'number') return found.items ?? {}
    return found.properties?.[step] ?? valueSchema(found, step)
  }, root)
}

/** The value at a place; undefined: left out. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string | number, unknown> | null | undefined)?.[step], value)
}

/** A copy with another value at a place; undefined takes it out (and an empty place of a list away). */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return next
  if (Array.isArray(value)) {
    if (next === undefined && !rest.length) return value.filter((_, index) => index !== step)
    return value.map((each: unknown, index) => (index === step ? withValue(each, rest, next) : each))
  }
  const found = (value ?? {}) as Record<string, unknown>
  if (next === undefined && !rest.length) return Object.fromEntries(Object.entries(found).filter(([key]) => key !== step))
  return { ...found, [step]: withValue(found[step], rest, next) }
}

/** What a new entry begins with: what is required, and nothing else. */
export function blank(root: Schema, schema: Schema): unknown {
  const found = core(root, schema)
  switch (kindOf(root, found)) {
    case 'object':
      return Object.fromEntries((found.required ?? []).map((key) => [key, blank(root, found.properties?.[key] ?? {})]))
    case 'map':
      return {}
    case 'list':
    case 'words':
      return []
    case 'number':
      return found.minimum ?? (found.default as number | undefined) ?? 0
    case 'yesno':
      return found.const ?? false
    case 'choice':
      return found.enum?.[0]
    case 'variant':
      return blank(root, shapes(root, found)[0] ?? {})
    default:
      return found.const ?? ''
  }
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)

function fits(schema: Schema, value: unknown): boolean {
  if (schema.const !== undefined) return schema.const === value
  if (schema.enum) return schema.enum.includes(value)
  const type = typeOf(value)
  return schema.type === type || (type === 'number' && schema.type === 'integer')
}

/** Which of its shapes a value has; -1: none. */
export const shapeOf = (root: Schema, schema: Schema, value: unknown): number =>
  shapes(root, schema).findIndex((each) => fits(each, value))

/** Equal as the file has it. */
export const same = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
}
