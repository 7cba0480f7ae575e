/** What is wrong in a form before it is sent, by place. Pure; the server checks all of it again, and more. */

import { resolved, type Schema } from '../files/schema'
import { core, kindOf, shapeOf, shapes, valueSchema, type Path } from './fields'

/** `code` has its words under `forms.wrong`; `limit` is the number or pattern that it breaks. */
export interface Wrong {
  code: 'needed' | 'least' | 'most' | 'over' | 'whole' | 'pattern' | 'choice' | 'key' | 'empty' | 'date'
  limit?: string | number
}

export type WrongPlaces = Map<string, Wrong>

export const placeKey = (path: Path): string => JSON.stringify(path)

function number(schema: Schema, value: unknown): Wrong | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return { code: 'needed' }
  if (schema.type === 'integer' && !Number.isInteger(value)) return { code: 'whole' }
  if (schema.minimum !== undefined && value < schema.minimum) return { code: 'least', limit: schema.minimum }
  if (schema.maximum !== undefined && value > schema.maximum) return { code: 'most', limit: schema.maximum }
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) return { code: 'over', limit: schema.exclusiveMinimum }
  return null
}

function text(schema: Schema, value: unknown, needed: boolean): Wrong | null {
  const written = typeof value === 'string' ? value : ''
  if (!written.trim()) return needed || schema.minLength || schema.pattern ? { code: 'needed' } : null
  if (schema.maxLength !== undefined && written.length > schema.maxLength) return { code: 'most', limit: schema.maxLength }
  if (schema.pattern && !new RegExp(schema.pattern).test(written)) return { code: 'pattern', limit: schema.pattern }
  return null
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

function leaf(root: Schema, schema: Schema, value: unknown): Wrong | null {
  switch (kindOf(root, schema)) {
    case 'number':
      return number(schema, value)
    case 'choice':
      return schema.enum?.includes(value) ? null : { code: 'choice' }
    case 'date':
      return typeof value === 'string' && DAY.test(value) ? null : { code: 'date' }
    case 'text':
      return text(schema, value, true)
    default:
      return null
  }
}

function keyAllowed(root: Schema, schema: Schema, key: string): boolean {
  const patterns = Object.keys(schema.patternProperties ?? {})
  const named = schema.propertyNames ? resolved(root, schema.propertyNames).pattern : undefined
  return (named === undefined || new RegExp(named).test(key)) && (!patterns.length || patterns.some((each) => new RegExp(each).test(key)))
}

/** Every place of `value` that does not fit the schema. */
export function wrongPlaces(root: Schema, schema: Schema, value: unknown, path: Path = [], found: WrongPlaces = new Map()): WrongPlaces {
  const here = core(root, schema)
  const kind = kindOf(root, here)
  const add = (wrong: Wrong | null, at: Path = path): void => void (wrong && found.set(placeKey(at), wrong))
  if (kind === 'variant') {
    const shape = shapes(root, here)[shapeOf(root, here, value)]
    if (shape) wrongPlaces(root, shape, value, path, found)
    else add({ code: 'choice' })
  } else if (kind === 'object') {
    const fields = (value ?? {}) as Record<string, unknown>
    for (const key of here.required ?? []) if (fields[key] === undefined) add({ code: 'needed' }, [...path, key])
    for (const [key, each] of Object.entries(fields)) if (here.properties?.[key]) wrongPlaces(root, here.properties[key], each, [...path, key], found)
  } else if (kind === 'map') {
    const entries = Object.entries((value ?? {}) as Record<string, unknown>)
    if (entries.length < (here.minProperties ?? 0)) add({ code: 'empty' })
    for (const [key, each] of entries) {
      if (!keyAllowed(root, here, key)) add({ code: 'key' }, [...path, key])
      else wrongPlaces(root, valueSchema(here, key), each, [...path, key], found)
    }
  } else if (Array.isArray(value)) {
    if (value.length < (here.minItems ?? 0)) add({ code: 'empty' })
    value.forEach((each, index) => wrongPlaces(root, here.items ?? {}, each, [...path, index], found))
  } else add(leaf(root, here, value))
  return found
}

/** How many are wrong at a place or below it. */
export const wrongBelow = (wrong: WrongPlaces, path: Path): number => {
  const start = placeKey(path).slice(0, -1)
  return [...wrong.keys()].filter((key) => key === `${start}]` || key.startsWith(`${start},`)).length
}
