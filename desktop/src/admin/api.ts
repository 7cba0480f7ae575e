/** The admins' part of `/api/v1`. */

import { call, part, type Role } from '../api'
import type {
  Applied, AuditLine, Checked, Difference, Draft, Fields, FileText, Form, FormWritten, Health, Menu, MenuLive, OneTime,
  PublishWish, Shadow, Speech, TestRun, User, Verified, Version, Versions, WordPair,
} from './wire'

/** Checks, flow tests and publishing look at every file; a busy server takes its time. */
const SLOW_MS = 60_000

const get = <T>(path: string, limitMs?: number) => call<T>('GET', `/admin${path}`, undefined, limitMs)
const post = <T>(path: string, body: object, limitMs?: number) => call<T>('POST', `/admin${path}`, body, limitMs)
const put = <T>(path: string, body: object, limitMs?: number) => call<T>('PUT', `/admin${path}`, body, limitMs)

export const draft = () => get<Draft>('/draft')
export const beginDraft = (from: 'current' | 'folder' | number, replace: boolean) =>
  post<Draft>('/draft', { from, replace }, SLOW_MS)
export const dropDraft = () => call<void>('DELETE', '/admin/draft')
export const file = (path: string) => get<FileText>(`/draft/file?path=${part(path)}`)
export const saveFile = (path: string, text: string, etag: string | null) =>
  put<{ path: string; etag: string; changed: boolean }>('/draft/file', { path, text, etag })
export const removeFile = (path: string, etag: string) =>
  call<void>('DELETE', `/admin/draft/file?path=${part(path)}&etag=${part(etag)}`)
export const check = () => post<Checked>('/draft/check', {}, SLOW_MS)
export const startTests = (only: string) => post<TestRun>('/draft/test', { only })
export const testRun = () => get<TestRun>('/draft/test')
export const stopTests = () => call<void>('DELETE', '/admin/draft/test')
export const speech = () => get<Speech>('/draft/speech', SLOW_MS)
export const speak = () => post<TestRun>('/draft/speech', {})
export const stopSpeaking = () => call<void>('DELETE', '/admin/draft/speech')
export const draftWords = () => get<WordPair[]>('/draft/words', SLOW_MS)
export const soundUrl = (sound: string): string => `/api/v1/admin/sounds/${sound.split('/').map(part).join('/')}`
export const difference = (against: string) => get<Difference>(`/draft/diff?against=${part(against)}`, SLOW_MS)
export const publish = (wish: PublishWish) => post<Version>('/draft/publish', wish, SLOW_MS)
export const apply = (reason: string) =>
  post<Applied>('/draft/apply', { reason }, SLOW_MS)

export const versions = () => call<Versions>('GET', '/versions')
export const rollBack = (number: number | null, message: string, sequence: number) =>
  call<{ number: number }>('POST', number === null ? '/versions/rollback' : `/versions/${number}/rollback`, { message, sequence }, SLOW_MS)
export const promote = (message: string, sequence: number) =>
  call<{ number: number }>('POST', '/versions/promote', { message, sequence }, SLOW_MS)
export const endShadow = (message: string, sequence: number) =>
  call<void>('DELETE', '/versions/shadow', { message, sequence }, SLOW_MS)

export const shadow = () => call<Shadow>('GET', '/versions/shadow')

export const schemaNames = () => get<{ files: Record<string, string> }>('/schemas')
export const schema = (name: string) => get<Record<string, unknown>>(`/schemas/${part(name)}`)

export const menu = (of: string, tree: string) => get<Menu>(`/menu?of=${part(of)}&tree=${part(tree)}`, SLOW_MS)
export const menuLive = (tree: string) => get<MenuLive>(`/menu/live?tree=${part(tree)}`)

export const form = (area: string) => get<Form>(`/forms/${part(area)}`)
export const saveForm = (area: string, etag: string, fields: Fields, reason: string) =>
  put<FormWritten>(`/forms/${part(area)}`, { etag, fields, reason }, SLOW_MS)

export const users = () => get<User[]>('/users')
export const addUser = (wish: { login: string; name: string; role: Role; reason: string }) => post<OneTime>('/users', wish)
export const changeUser = (login: string, wish: { name?: string; role?: Role; locked?: boolean; reason: string }) =>
  put<User>(`/users/${part(login)}`, wish)
export const resetPassword = (login: string, reason: string) => post<OneTime>(`/users/${part(login)}/password`, { reason })
export const signOutUser = (login: string, reason: string) =>
  post<{ ended: number }>(`/users/${part(login)}/sign-out`, { reason })

export const audit = (query: string) => get<{ lines: AuditLine[]; next: number | null }>(`/audit?${query}`)
export const auditActions = () => get<string[]>('/audit/actions')
export const auditExportUrl = (query: string): string => `/api/v1/admin/audit/export?${query}`
export const verifyAudit = () => get<Verified>('/audit/verify', SLOW_MS)

export const health = () => get<Health>('/health', SLOW_MS)
