import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createCopies, opened, type Shelf } from '../../src/admin/files/copies'
import { differingLines } from '../../src/admin/files/differing'
import { createEditing } from '../../src/admin/files/editing'

function memory(): Shelf {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }
}

const FULL: Shelf = { ...memory(), setItem: () => { throw new Error('full') } }
const failed = (code: string, body: object = {}) => Object.assign(new Error(code), { code, body })
const PATH = 'dialplan/95518.yaml'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function fake(text = 'a: 1') {
  const held = { text, etag: 'e1' }
  const server = {
    held,
    away: false,
    file: async (path: string) => ({ path, ...held, base: 'a: 0' }),
    saveFile: async (_: string, typed: string, etag: string | null) => {
      if (server.away) throw failed('http.unreachable')
      if (etag !== held.etag) throw failed('admin.stale', { ...held })
      Object.assign(held, { text: typed, etag: `${held.etag}+` })
      return { etag: held.etag, changed: true }
    },
  }
  return server
}

function editor(server = fake(), shelf = memory()) {
  const copies = createCopies('admin', shelf)
  return { server, copies, editing: createEditing(server, copies, () => undefined, 100) }
}

it('a copy of another file or of nobody is none', () => {
  const copies = createCopies('admin', memory())
  copies.keep(PATH, { text: 'x', etag: 'e', at: 1 })
  expect(createCopies('second', memory()).get(PATH)).toBeNull()
  expect(copies.get('dialplan/hours.yaml')).toBeNull()
})

it('a file opens with what was typed before, as long as the server has what it was typed over', () => {
  expect(opened({ text: 'a', etag: '1' }, { text: 'b', etag: '1', at: 0 })).toEqual({ text: 'b', etag: '1', unsaved: true, theirs: null })
})

it('a file that both sides changed opens with both texts', () => {
  expect(opened({ text: 'c', etag: '2' }, { text: 'b', etag: '1', at: 0 }).theirs).toBe('c')
})

it('what is typed is at the server a moment later, and the copy is gone', async () => {
  const { server, copies, editing } = editor()
  await editing.open(PATH)
  editing.typed('a: 2')
  expect(copies.get(PATH)?.text).toBe('a: 2')
  await vi.advanceTimersByTimeAsync(100)
  expect([server.held.text, editing.state.is, copies.get(PATH)]).toEqual(['a: 2', 'saved', null])
})

it('a server that is away costs nothing that was typed', async () => {
  const { server, copies, editing } = editor()
  await editing.open(PATH)
  server.away = true
  editing.typed('a: 2')
  await vi.advanceTimersByTimeAsync(100)
  expect([editing.state.is, copies.get(PATH)?.text]).toEqual(['failed', 'a: 2'])
  server.away = false
  expect(await editing.save()).toBe(true)
  expect(server.held.text).toBe('a: 2')
})

it('a file changed elsewhere shows both sides and overwrites neither', async () => {
  const { server, editing } = editor()
  await editing.open(PATH)
  Object.assign(server.held, { text: 'a: 9', etag: 'other' })
  editing.typed('a: 2')
  await vi.advanceTimersByTimeAsync(100)
  expect([editing.state.is, editing.state.theirs, editing.state.text, server.held.text]).toEqual(['conflict', 'a: 9', 'a: 2', 'a: 9'])
  await editing.keepMine()
  expect([server.held.text, editing.state.is]).toEqual(['a: 2', 'saved'])
})

it('taking the text of the server ends a conflict', async () => {
  const { server, copies, editing } = editor()
  copies.keep(PATH, { text: 'mine', etag: 'old', at: 0 })
  await editing.open(PATH)
  expect(editing.state.is).toBe('conflict')
  editing.takeTheirs()
  expect([editing.state.text, editing.pending(), copies.get(PATH)]).toEqual([server.held.text, false, null])
})

it('a browser without room says so', async () => {
  const { editing } = editor(fake(), FULL)
  await editing.open(PATH)
  editing.typed('a: 2')
  expect(editing.state.kept).toBe(false)
})

it('what is typed while it is saved is saved after it', async () => {
  const { server, editing } = editor()
  await editing.open(PATH)
  editing.typed('a: 2')
  const saving = editing.save()
  editing.typed('a: 3')
  await saving
  await vi.advanceTimersByTimeAsync(200)
  expect([server.held.text, editing.state.is]).toEqual(['a: 3', 'saved'])
})

it('only the lines that differ are shown', () => {
  expect(differingLines('a\nb\nc', 'a\nx\ny\nc')).toEqual({ line: 2, mine: ['b'], theirs: ['x', 'y'] })
})
