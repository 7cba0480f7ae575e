/** The HTTP side: `/api/v1`. */

import { currentLanguage, type Language } from './i18n'
import type { PhoneAccount } from './phone/account'

export type Label = Record<Language, string>

export type Role = 'agent' | 'supervisor' | 'qa' | 'admin' | 'auditor'

export interface Session {
  login: string
  name: string
  role: Role
  agentId: string | null
  language: string | null
  /** Signed in with a one-time password: nothing else is served until he has his own. */
  mustChange: boolean
}

export interface ReasonTree {
  code: string
  label: Label
  children?: ReasonTree[]
}

export interface Reason {
  code: string
  label: Label
  maxS?: number
  /** How often, and for how many minutes, on a day. */
  times?: number
  minutes?: number
  /** A supervisor grants it. */
  approval?: boolean
  system?: boolean
}

export interface Options {
  queues: { name: string; label: Label }[]
  reasons: Reason[]
  wrapUpReasons: ReasonTree[]
  seats: { seat: string; extension: string }[]
  menuTasks: { name: string; label: Label }[]
  shownNumbers: string[]
  /** Service level wanted, by queue. */
  targets: Record<string, { share: number; withinS: number }>
  skills: { name: string; label: Label }[]
  keepClasses: { name: string; label: Label }[]
}

export interface CallRow {
  callId: string
  callerNumber: string
  place?: Label | null
  arrivedAt: string
  queue: string | null
  agentId: string | null
  outcome: string | null
  keys: string[]
  waitedS: number | null
  talkedS: number | null
  clearedBy: string | null
  endedAt: string | null
  wrapUpReason: string | null
  direction: 'inbound' | 'outbound'
  flags: string[]
  /** The rest of the record, where there is one. */
  wrapUpRemarks?: string | null
  solved?: boolean | null
  followUp?: boolean | null
  handling?: string | null
  callerRole?: string | null
  emotion?: string | null
  reference?: string | null
  followUpDue?: string | null
  wrappedUpAt?: string | null
}

export interface ModeOn {
  since: string
  until: string
  by: string
  reason: string
}

export interface Mode {
  name: string
  label: Label
  longestH: number
  on: ModeOn | null
}

export type ModeWish = { on: true; hours: number; reason: string } | { on: false; reason: string }

export interface Story {
  lines: { at: string; text: string; type: string }[]
}

/** A refusal by the server (its code and sentence), or no answer at all (status 0). */
export class ApiFailed extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message = '',
    /** All that the server said with its refusal. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

const LIMIT_MS = 10_000

/** Told when the server no longer knows who asks; signing in itself is not meant. */
export const session = { ended: (): void => undefined }

export async function failure(response: Response): Promise<ApiFailed> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; message?: string }
  return new ApiFailed(response.status, body.code ?? `http.${response.status}`, body.message, body)
}

export async function call<T>(method: string, path: string, body?: object, limitMs = LIMIT_MS): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      'Accept-Language': currentLanguage(),
      'X-Requested-With': 'cti',
      ...(body ? { 'Content-Type': 'application/json' } : {}),
    },
    body: body ? JSON.stringify(body) : null,
    signal: AbortSignal.timeout(limitMs),
  }).catch(() => {
    throw new ApiFailed(0, 'http.unreachable')
  })
  if (response.status === 401 && !path.startsWith('/session')) session.ended()
  if (!response.ok) throw await failure(response)
  return (response.status === 204 ? undefined : await response.json().catch(() => undefined)) as T
}

export const part = encodeURIComponent

export const signIn = (login: string, password: string) => call<Session>('POST', '/session', { login, password })
export const whoAmI = () => call<Session>('GET', '/session')
export const changePassword = (current: string, password: string) =>
  call<Session>('POST', '/session/password', { current, password })
export const signOut = () => call<void>('DELETE', '/session')
export interface SampleCaller {
  number: string
  name: string
  area: string
  about: string
}

/** A phone that calls as `number`; `token` finds what is said to it. */
export interface CallerAccount extends PhoneAccount {
  number: string
  token: string
  numbers: string[]
  customers: SampleCaller[]
}

export const callerPhone = (number: string) => call<CallerAccount>('GET', `/caller-phone?number=${part(number)}`)
export const phone = () => call<PhoneAccount & { extension: string; callerPage: boolean }>('GET', '/phone')
export const options = () => call<Options>('GET', '/options')
export const calls = (since: string) => call<CallRow[]>('GET', `/calls?since=${part(since)}&limit=100`)
export const story = (callId: string) =>
  call<Story>('GET', `/calls/${part(callId)}/story?language=${currentLanguage()}`)
export const acknowledge = (callId: string) => call<{ alert: string }>('POST', `/calls/${part(callId)}/acknowledge`, {})

export const modes = () => call<Mode[]>('GET', '/modes')
export const switchMode = (name: string, wish: ModeWish) => call<Mode[]>('PUT', `/modes/${part(name)}`, wish)

export const reveal = (callId: string, reason: string) =>
  call<{ callerNumber: string }>('POST', `/calls/${part(callId)}/reveal`, { reason })
