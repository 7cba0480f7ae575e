/** Wrap-up drafts that outlive a reload, a time-out and the next call: one a call, in localStorage. Pure but for the store. */

import type { CallRow } from './api'
import type { ServerDraft } from './desk_api'
import type { WrapUpFields } from './wire'

export interface WrapUp extends WrapUpFields {
  callId: string
  callerNumber: string
  queue: string | null
  at: string
  /** Codes from the top of the tree down. */
  reason: string[]
  /** '' while nothing was typed. */
  changedAt: string
  /** `changedAt` of what the server has; '' for nothing. */
  onServer: string
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export const HANDLINGS = ['answered', 'transferred', 'dispatched', 'call_back'] as const
export const CALLER_ROLES = ['holder', 'insured', 'third_party', 'surveyor', 'other'] as const
export const EMOTIONS = ['calm', 'worried', 'angry'] as const

const REFERENCE = /^[A-Za-z0-9-]{0,32}$/
export const fitsReference = (text: string): boolean => REFERENCE.test(text)

export const blank = (callId: string, callerNumber: string, queue: string | null, at: string): WrapUp => ({
  callId,
  callerNumber,
  queue,
  at,
  reason: [],
  remarks: '',
  solved: true,
  followUp: false,
  handling: '',
  callerRole: '',
  emotion: '',
  reference: '',
  followUpDue: null,
  changedAt: '',
  onServer: '',
})

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
const flag = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise)
const oneOf = <T extends string>(value: unknown, words: readonly T[]): T | '' => words.find((word) => word === value) ?? ''

/** What was kept by this or an earlier desktop, here or at the server; null for what is no draft. */
export function draftOf(value: unknown): WrapUp | null {
  if (typeof value !== 'object' || value === null) return null
  const it = value as Partial<Record<keyof WrapUp, unknown>>
  if (typeof it.callId !== 'string' || !Array.isArray(it.reason)) return null
  const queue = typeof it.queue === 'string' ? it.queue : null
  const empty = blank(it.callId, text(it.callerNumber, ''), queue, text(it.at, ''))
  return {
    ...empty,
    reason: it.reason.filter((code): code is string => typeof code === 'string'),
    remarks: text(it.remarks, ''),
    solved: flag(it.solved, true),
    followUp: flag(it.followUp, false),
    handling: oneOf(it.handling, HANDLINGS),
    callerRole: oneOf(it.callerRole, CALLER_ROLES),
    emotion: oneOf(it.emotion, EMOTIONS),
    reference: text(it.reference, ''),
    followUpDue: typeof it.followUpDue === 'string' ? it.followUpDue : null,
    changedAt: text(it.changedAt, ''),
    onServer: text(it.onServer, ''),
  }
}

/** What the record of a past call says. */
export function fieldsOf(row: CallRow): WrapUpFields {
  const { remarks, solved, followUp, handling, callerRole, emotion, reference, followUpDue } =
    draftOf({ ...row, remarks: row.wrapUpRemarks, reason: [] }) ?? blank(row.callId, '', null, '')
  return { remarks, solved, followUp, handling, callerRole, emotion, reference, followUpDue }
}

/** The draft as changed at `now` (milliseconds): always later than before, whatever the clock says. */
export function touched(draft: WrapUp, now: number): WrapUp {
  const before = Date.parse(draft.changedAt)
  const at = Number.isNaN(before) ? now : Math.max(now, before + 1)
  return { ...draft, changedAt: new Date(at).toISOString() }
}

export function toServer({ changedAt, onServer: _, ...fields }: WrapUp): ServerDraft {
  return { callId: fields.callId, changedAt, fields }
}

export function fromServer({ callId, changedAt, fields }: ServerDraft): WrapUp | null {
  const found = draftOf({ ...fields, callId })
  return found && { ...found, changedAt, onServer: changedAt }
}

export class Drafts {
  private readonly prefix: string

  constructor(
    private readonly store: Store,
    owner: string,
  ) {
    this.prefix = `cti.wrapUp.${owner}.`
  }

  load(callId: string): WrapUp | null {
    try {
      return draftOf(JSON.parse(this.store.getItem(this.prefix + callId) ?? 'null'))
    } catch {
      return null
    }
  }

  /** False where the browser refuses to store (full, or private mode). */
  save(draft: WrapUp): boolean {
    try {
      this.store.setItem(this.prefix + draft.callId, JSON.stringify(draft))
      return true
    } catch {
      return false
    }
  }

  drop(callId: string): void {
    this.store.removeItem(this.prefix + callId)
  }

  /** All drafts not yet sent, oldest first. */
  all(): WrapUp[] {
    const keys = Array.from({ length: this.store.length }, (_, i) => this.store.key(i) ?? '')
    return keys
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => this.load(key.slice(this.prefix.length)))
      .filter((draft) => draft !== null)
      .sort((a, b) => a.at.localeCompare(b.at))
  }
}
