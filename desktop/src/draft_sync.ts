/** Keeps each draft in two places: this browser at once, the server two seconds after the last key. */

import type { ServerDraft } from './desk_api'
import { fromServer, toServer, touched, type Drafts, type WrapUp } from './draft'
import { plan, reconciled } from './draft_merge'

/** Where a draft is: here and on its way, in both places, in one of them alone, or nowhere. */
export type Kept = 'blank' | 'sending' | 'both' | 'here' | 'server' | 'nowhere'

export interface DraftServer {
  list(): Promise<{ drafts: ServerDraft[] }>
  put(draft: ServerDraft): Promise<ServerDraft>
  drop(callId: string): Promise<void>
}

export interface SyncHooks {
  /** The server's milliseconds. */
  now(): number
  kept(callId: string, where: Kept): void
  /** A draft came, changed or went by another seat's doing. */
  changed(callId: string): void
  /** The call whose form must not vanish. */
  live(): string | null
}

const SETTLE_MS = 2_000
const AGAIN_MS = 10_000
const CONFLICT = 409

/** What the server said with a refusal; null where it said nothing. */
function refusal(failure: unknown): { status: number; body: Readonly<Record<string, unknown>> } | null {
  const it = failure as Partial<{ status: number; body: Readonly<Record<string, unknown>> }> | null
  return typeof it?.status === 'number' ? { status: it.status, body: it.body ?? {} } : null
}

/** Asked again these would be refused again; a session may come back. */
const LASTING: readonly number[] = [400, 403, 404, 413]

export class DraftSync {
  private readonly latest = new Map<string, WrapUp>()
  private readonly storedHere = new Map<string, boolean>()
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private readonly under = new Map<string, Promise<void>>()
  private readonly gone = new Set<string>()
  private closed = false

  constructor(
    private readonly drafts: Drafts,
    private readonly server: DraftServer,
    private readonly hooks: SyncHooks,
  ) {
    for (const draft of drafts.all()) this.latest.set(draft.callId, draft)
  }

  load = (callId: string): WrapUp | null => this.latest.get(callId) ?? null

  all = (): WrapUp[] => [...this.latest.values()].sort((a, b) => a.at.localeCompare(b.at))

  /** A form that nobody has typed into yet: kept here alone. */
  begin(draft: WrapUp): void {
    this.gone.delete(draft.callId)
    this.keep(draft)
  }

  typed(draft: WrapUp): void {
    const before = this.latest.get(draft.callId)
    if (!before || this.gone.has(draft.callId)) return
    this.keep(touched({ ...draft, changedAt: before.changedAt, onServer: before.onServer }, this.hooks.now()))
    this.later(draft.callId, SETTLE_MS)
    this.tell(draft.callId, 'sending')
  }

  /** Sent as a record, or given up: nowhere any more. */
  async forget(callId: string): Promise<void> {
    if (this.gone.has(callId)) return
    this.gone.add(callId)
    this.stop(callId)
    this.latest.delete(callId)
    this.drafts.drop(callId)
    // What is on its way would bring it back.
    await this.under.get(callId)
    await this.server.drop(callId).catch(() => undefined)
  }

  /** Both places after a load, or after the connection came back. */
  async merge(): Promise<void> {
    const answer = await this.server.list().catch(() => null)
    if (this.closed) return
    if (answer === null) return this.allAlone()
    const theirs = answer.drafts.map(fromServer).filter((draft) => draft !== null && !this.gone.has(draft.callId))
    const { keep, send, drop } = plan(this.all(), theirs.filter((draft) => draft !== null), this.hooks.live())
    for (const draft of keep) this.replace(draft)
    for (const callId of drop) this.lose(callId)
    for (const { callId } of send) void this.push(callId)
    for (const draft of this.all()) if (draft.changedAt && draft.changedAt === draft.onServer) this.tell(draft.callId, 'both')
  }

  /** Now, not in two seconds: the page may be about to go. */
  flush(): void {
    for (const callId of [...this.timers.keys()]) void this.push(callId)
  }

  close(): void {
    this.flush()
    this.closed = true
    for (const callId of [...this.timers.keys()]) this.stop(callId)
  }

  private keep(draft: WrapUp): void {
    this.latest.set(draft.callId, draft)
    this.storedHere.set(draft.callId, this.drafts.save(draft))
  }

  private replace(draft: WrapUp): void {
    this.keep(draft)
    this.hooks.changed(draft.callId)
  }

  private lose(callId: string): void {
    this.latest.delete(callId)
    this.drafts.drop(callId)
    this.hooks.changed(callId)
  }

  private later(callId: string, ms: number): void {
    this.stop(callId)
    if (!this.closed) this.timers.set(callId, setTimeout(() => void this.push(callId), ms))
  }

  private stop(callId: string): void {
    clearTimeout(this.timers.get(callId))
    this.timers.delete(callId)
  }

  private async push(callId: string): Promise<void> {
    this.stop(callId)
    await this.under.get(callId)
    const draft = this.latest.get(callId)
    if (!draft || draft.changedAt === draft.onServer) return
    const work = this.put(draft).finally(() => this.under.delete(callId))
    this.under.set(callId, work)
    await work
  }

  private async put(sent: WrapUp): Promise<void> {
    try {
      await this.server.put(toServer(sent))
      this.stored(sent.callId, sent.changedAt)
    } catch (failure) {
      this.failed(sent.callId, failure)
    }
  }

  private stored(callId: string, changedAt: string): void {
    const now = this.latest.get(callId)
    if (!now) return
    this.keep({ ...now, onServer: changedAt })
    if (now.changedAt === changedAt) this.tell(callId, 'both')
  }

  private failed(callId: string, failure: unknown): void {
    const mine = this.latest.get(callId)
    if (!mine) return
    const refused = refusal(failure)
    const theirs = refused?.status === CONFLICT && refused.body.draft ? fromServer(refused.body.draft as ServerDraft) : null
    if (theirs) {
      this.replace(reconciled(mine, theirs))
      return this.later(callId, 0)
    }
    this.tell(callId, 'here')
    if (!LASTING.includes(refused?.status ?? 0)) this.later(callId, AGAIN_MS)
  }

  private allAlone(): void {
    for (const draft of this.all()) {
      if (!draft.changedAt) continue
      this.tell(draft.callId, draft.changedAt === draft.onServer ? 'both' : 'here')
      if (draft.changedAt !== draft.onServer) this.later(draft.callId, AGAIN_MS)
    }
  }

  private tell(callId: string, where: Kept): void {
    const here = this.storedHere.get(callId) ?? true
    const alone: Partial<Record<Kept, Kept>> = { both: 'server', sending: 'nowhere', here: 'nowhere' }
    this.hooks.kept(callId, here ? where : (alone[where] ?? where))
  }
}
