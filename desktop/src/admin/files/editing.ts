/** One open file: what is typed goes to this browser at once and to the server's draft a moment later. */

import { reactive } from 'vue'
import type { ApiFailed } from '../../api'
import type { FileText } from '../wire'
import { opened, type Copies } from './copies'

export type SavedState = 'none' | 'loading' | 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

export interface FileServer {
  file(path: string): Promise<FileText>
  saveFile(path: string, text: string, etag: string | null): Promise<{ etag: string; changed: boolean }>
}

const REST_MS = 1200

/** `saved`: the server has another text of this file now. */
export function createEditing(server: FileServer, copies: Copies, saved: (path: string) => void, restMs = REST_MS) {
  const state = reactive({
    path: '',
    text: '',
    etag: '',
    base: null as string | null,
    is: 'none' as SavedState,
    /** What the server has, where somebody else wrote it in between. */
    theirs: null as string | null,
    failure: null as unknown,
    /** The browser's own store takes it. */
    kept: true,
    /** Grows whenever the text is another by other hands than the editor's. */
    version: 0,
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let saving: Promise<boolean> | null = null

  const pending = (): boolean => ['unsaved', 'saving', 'failed', 'conflict'].includes(state.is)

  function put(text: string, etag: string, is: SavedState): void {
    Object.assign(state, { text, etag, is, failure: null, version: state.version + 1 })
  }

  async function open(path: string): Promise<void> {
    if (path !== state.path) await flush()
    clearTimeout(timer)
    Object.assign(state, { path, is: 'loading', theirs: null, failure: null })
    try {
      const found = await server.file(path)
      if (state.path !== path) return
      const first = opened({ text: found.text ?? '', etag: found.etag }, copies.get(path))
      state.base = found.base
      state.theirs = first.theirs
      put(first.text, first.etag, first.theirs !== null ? 'conflict' : first.unsaved ? 'unsaved' : 'saved')
      if (!first.unsaved) copies.drop(path)
      if (state.is === 'unsaved') later()
    } catch (failure) {
      if (state.path !== path) return
      const copy = copies.get(path)
      put(copy?.text ?? '', copy?.etag ?? '', copy ? 'failed' : 'none')
      state.failure = failure
    }
  }

  function typed(text: string): void {
    if (text === state.text) return
    state.text = text
    state.kept = copies.keep(state.path, { text, etag: state.etag, at: Date.now() })
    if (state.is === 'conflict') return
    state.is = 'unsaved'
    later()
  }

  function later(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), restMs)
  }

  /** True when the server has all that was typed. */
  async function save(): Promise<boolean> {
    clearTimeout(timer)
    if (saving) await saving
    if (state.is !== 'unsaved' && state.is !== 'failed') return state.is === 'saved'
    saving = write(state.path, state.text, state.etag)
    try {
      return await saving
    } finally {
      saving = null
    }
  }

  async function write(path: string, text: string, etag: string): Promise<boolean> {
    state.is = 'saving'
    try {
      const done = await server.saveFile(path, text, etag)
      if (state.path === path) wrote(path, text, done.etag)
      saved(path)
      return state.text === text
    } catch (failure) {
      if (state.path === path) refused(failure)
      return false
    }
  }

  function wrote(path: string, text: string, etag: string): void {
    state.etag = etag
    state.failure = null
    if (state.text === text) {
      state.is = 'saved'
      copies.drop(path)
    } else {
      state.is = 'unsaved'
      copies.keep(path, { text: state.text, etag, at: Date.now() })
      later()
    }
  }

  function refused(failure: unknown): void {
    const { code, body } = failure as Partial<ApiFailed>
    const stale = code === 'admin.stale' ? body : null
    state.failure = failure
    state.is = stale ? 'conflict' : 'failed'
    if (!stale) return
    state.theirs = typeof stale.text === 'string' ? stale.text : ''
    state.etag = typeof stale.etag === 'string' ? stale.etag : state.etag
  }

  function takeTheirs(): void {
    copies.drop(state.path)
    put(state.theirs ?? '', state.etag, 'saved')
    state.theirs = null
  }

  async function keepMine(): Promise<boolean> {
    state.theirs = null
    state.is = 'unsaved'
    return save()
  }

  /** The file is gone from the draft, and what was typed into it with it. */
  function forget(): void {
    clearTimeout(timer)
    copies.drop(state.path)
    Object.assign(state, { path: '', is: 'none', theirs: null, failure: null })
  }

  async function flush(): Promise<boolean> {
    return state.is === 'unsaved' || state.is === 'saving' ? save() : !pending()
  }

  return { state, open, typed, save, flush, forget, takeTheirs, keepMine, pending, close: () => clearTimeout(timer) }
}

export type Editing = ReturnType<typeof createEditing>
