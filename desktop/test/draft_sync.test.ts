import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ServerDraft } from '../src/desk_api'
import { blank, Drafts, type WrapUp } from '../src/draft'
import { DraftSync, type Kept } from '../src/draft_sync'
import { AT, Memory } from './samples'

class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super()
  }
}

class Server {
  readonly kept = new Map<string, ServerDraft>()
  puts: ServerDraft[] = []
  failure: Refused | null = null
  list = async () => {
    if (this.failure) throw this.failure
    return { drafts: [...this.kept.values()] }
  }
  put = async (draft: ServerDraft) => {
    this.puts.push(draft)
    if (this.failure) throw this.failure
    const stored = this.kept.get(draft.callId)
    if (stored && Date.parse(stored.changedAt) > Date.parse(draft.changedAt)) throw new Refused(409, { draft: stored })
    this.kept.set(draft.callId, draft)
    return draft
  }
  drop = async (callId: string) => void this.kept.delete(callId)
}

let server: Server
let memory: Memory
let now: number
const kept: Record<string, Kept> = {}
const changed: string[] = []
let live: string | null

const seat = (store = memory): DraftSync =>
  new DraftSync(new Drafts(store, 'li'), server, {
    now: () => now,
    kept: (callId, where) => (kept[callId] = where),
    changed: (callId) => changed.push(callId),
    live: () => live,
  })
const draft = (callId = 'c1'): WrapUp => blank(callId, '138****1234', 'motor', AT)
const remarks = (callId = 'c1'): unknown => server.kept.get(callId)?.fields.remarks

beforeEach(() => {
  vi.useFakeTimers()
  ;[server, memory, now, live] = [new Server(), new Memory(), Date.parse(AT), null]
  changed.length = 0
})
afterEach(() => vi.useRealTimers())

it('what is typed is here at once and on the server two seconds after the last key', async () => {
  const sync = seat()
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  expect([new Drafts(memory, 'li').load('c1')?.remarks, kept.c1]).toEqual(['右', 'sending'])
  await vi.advanceTimersByTimeAsync(1_500)
  sync.typed({ ...draft(), remarks: '右前' })
  await vi.advanceTimersByTimeAsync(1_900)
  expect(server.puts).toEqual([])
  await vi.advanceTimersByTimeAsync(100)
  expect([remarks(), kept.c1, server.puts.length]).toEqual(['右前', 'both', 1])
})

it('a server that is away gets it when it is back, and the mark says so meanwhile', async () => {
  const sync = seat()
  server.failure = new Refused(0)
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  await vi.advanceTimersByTimeAsync(2_000)
  expect(kept.c1).toBe('here')
  server.failure = null
  await vi.advanceTimersByTimeAsync(10_000)
  expect([remarks(), kept.c1]).toEqual(['右', 'both'])
})

it('a browser that cannot store says that only the server has it', async () => {
  memory.setItem = () => {
    throw new Error('QuotaExceededError')
  }
  const sync = seat()
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  expect(kept.c1).toBe('nowhere')
  await vi.advanceTimersByTimeAsync(2_000)
  expect([sync.load('c1')?.remarks, kept.c1]).toEqual(['右', 'server'])
})

it('another seat finds the draft', async () => {
  const here = seat()
  here.begin(draft())
  here.typed({ ...draft(), remarks: '右' })
  here.flush()
  await vi.advanceTimersByTimeAsync(0)
  const there = seat(new Memory())
  await there.merge()
  expect([there.load('c1')?.remarks, changed]).toEqual(['右', ['c1']])
})

it('two seats that wrote apart lose nothing', async () => {
  const [here, there] = [seat(), seat(new Memory())]
  for (const sync of [here, there]) sync.begin(draft())
  there.typed({ ...draft(), remarks: 'yonder' })
  here.typed({ ...draft(), remarks: 'here' })
  now += 60_000
  there.typed({ ...draft(), remarks: 'yonder too' })
  there.flush()
  await vi.advanceTimersByTimeAsync(2_000)
  await vi.advanceTimersByTimeAsync(50)
  expect(remarks()).toBe('yonder too\nhere')
  expect([here.load('c1')?.remarks, kept.c1]).toEqual(['yonder too\nhere', 'both'])
})

it('a sent record leaves no draft, also not one that was on its way', async () => {
  const sync = seat()
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  sync.flush()
  await sync.forget('c1')
  await vi.advanceTimersByTimeAsync(20_000)
  expect([sync.load('c1'), server.kept.size, memory.length]).toEqual([null, 0, 0])
})

it('a refusal for good is not asked again', async () => {
  const sync = seat()
  server.failure = new Refused(403)
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  await vi.advanceTimersByTimeAsync(60_000)
  expect([server.puts.length, kept.c1]).toEqual([1, 'here'])
})

it('what was typed before a crash goes to the server after it', async () => {
  const before = seat()
  before.begin(draft())
  before.typed({ ...draft(), remarks: '右' })
  vi.clearAllTimers()
  await seat().merge()
  await vi.advanceTimersByTimeAsync(0)
  expect(remarks()).toBe('右')
})

it('with the server away nothing that is here is taken for sent', async () => {
  const sync = seat()
  sync.begin(draft())
  sync.typed({ ...draft(), remarks: '右' })
  await vi.advanceTimersByTimeAsync(2_000)
  server.failure = new Refused(503)
  await sync.merge()
  expect(sync.load('c1')?.remarks).toBe('右')
})
