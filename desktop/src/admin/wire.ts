/** What the admins' part of the server says and is told. Times are ISO 8601 in UTC. */

import type { Label, Role } from '../api'

export interface Finding {
  file: string
  line: number
  column: number
  severity: 'error' | 'warning'
  rule: string
  code: string
  what: Label
  cure: Label
}

export type AreaOfFile = 'dialplan' | 'tests' | 'config' | 'rules' | 'prompts'

export interface DraftFile {
  path: string
  area: AreaOfFile
  schema: string | null
  etag: string
  chars: number
  changed: boolean
  added: boolean
}

export interface Draft {
  base: { kind: 'version' | 'folder'; number: number }
  begunAt: string
  changedAt: string
  revision: number
  inForce: number
  outdated: boolean
  files: DraftFile[]
  removed: string[]
}

/** `text` null: taken out of the draft. */
export interface FileText {
  path: string
  text: string | null
  etag: string
  base: string | null
}

export interface Checked {
  findings: Finding[]
  errors: number
  warnings: number
  revision: number
}

export interface Flow {
  name: string
  tree: string
  file: string
  line: number
  passed: boolean
  what: Label | null
  step: number | null
  node: string | null
  wanted: string | null
  got: string | null
}

export interface Place {
  node: string
  file: string
  line: number
  column: number
}

export interface TreeCoverage {
  nodes: number
  edges: number
  branches: number
  unseen: Place[]
  untaken: (Place & { way: string; written: boolean })[]
  entered: Record<string, number>
  taken: Record<string, Record<string, number>>
}

export interface TestResult {
  passed: number
  failed: number
  coverage: { nodes: number; edges: number; branches: number }
  flows: Flow[]
  trees: Record<string, TreeCoverage>
}

export interface TestRun {
  state: 'none' | 'running' | 'done' | 'failed' | 'stopped'
  done: number
  total: number
  startedAt: string | null
  revision: number
  why: Label | null
  findings: Finding[]
  result: TestResult | null
}

/** `unspoken`: words without a sound; nothing is published until they have one. */
export interface Speech extends TestRun {
  unspoken: { language: string; prompt: string }[]
  voice: boolean
}

/** `sound` is empty where nobody has spoken it yet. */
interface Said {
  text: string
  sound: string
}

/** A sentence as callers hear it now, and as they would hear it of the draft. */
export interface WordPair {
  language: string
  prompt: string
  changed: boolean
  before: Said | null
  now: Said | null
}

/** `new` and `gone`: lines. */
export interface Difference {
  against: string | number
  files: { path: string; new: number; gone: number }[]
  words: Label[]
  readable: boolean
}

export interface Version {
  number: number
  author: string
  message: string
  at: string
  digest: string
  state?: string
}

export interface InForce {
  sequence: number
  current: number
  previous: number
  canary: { number: number; share: number; since: string; counts: CanaryCounts | null } | null
  shadow: { number: number; since: string } | null
}

type CanaryCounts = { canary: Record<string, number>; current: Record<string, number> }

export interface Versions {
  inForce: InForce
  versions: Version[]
  servers: { server: string; sequence: number; current: number; refused: { number: number; why: string }[] }[]
}

export interface Shadow {
  number: number
  counts: Record<string, number>
  groups: { node: string; was: string; would: string; count: number; examples: string[] }[]
}

export interface Applied {
  written: string[]
  takesEffect: string
  findings: Finding[]
}

export interface PublishWish {
  way: 'all' | 'canary' | 'shadow'
  share?: number
  message: string
  sequence: number
}

export interface Edge {
  source: string
  target: string
  label: string
  ways: string[]
}

export interface MenuNode {
  id: string
  kind: string
  kindWords: Label
  tip: Label
  file: string
  line: number
  lines: Edge[]
  notes: Edge[]
}

export interface Menu {
  of: string
  version: number
  trees: string[]
  tree: string
  title: Label
  roots: string[]
  nodes: MenuNode[]
}

export interface MenuLive {
  at: string
  since: string
  callers: number
  nodes: Record<string, { now: number; today: number }>
  edges: { source: string; target: string; today: number }[]
}

export type Fields = Record<string, unknown>
export type Choice = { code: string; label: Partial<Label> }

export interface Form {
  area: string
  file: string
  etag: string
  takesEffect: 'now' | 'publish' | 'restart'
  fields: Fields
  schema: string
  choices: Record<string, Choice[]>
  writable: boolean
}

export interface FormWritten {
  etag: string
  takesEffect: Form['takesEffect']
  changed: string[]
  findings: Finding[]
}

export interface User {
  login: string
  name: string
  role: Role
  agentId: string | null
  locked: boolean
  mustChange: boolean
  passwordAt: string | null
  sessions: number
  lastAdmin: boolean
  you: boolean
}

export interface OneTime {
  user: User
  password: string
}

export interface AuditLine {
  id: number
  at: string
  actor: string
  action: string
  subject: string
  reason: string
  hash: string
}

export interface Verified {
  whole: boolean
  lines: number
  head: string
  breaks: { id: number | null; at: string | null; kind: string; what: Label }[]
}

export type HealthState = 'ok' | 'warning' | 'error' | 'unknown'

export interface Health {
  at: string
  tookS: number
  worst: HealthState
  parts: { part: string; state: HealthState; code: string; what: Label; cure: Label }[]
}
