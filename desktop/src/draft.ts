/** Wrap-up drafts that outlive a reload, a time-out and the next call: one a call, in localStorage. */

export interface WrapUp {
  callId: string
  callerNumber: string
  queue: string | null
  at: string
  reason: string[]
  remarks: string
  solved: boolean
  followUp: boolean
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export const blank = (callId: string, callerNumber: string, queue: string | null, at: string): WrapUp => ({
  callId,
  callerNumber,
  queue,
  at,
  reason: [],
  remarks: '',
  solved: true,
  followUp: false,
})

function isWrapUp(value: unknown): value is WrapUp {
  const it = value as Partial<WrapUp> | null
  return typeof it === 'object' && it !== null && typeof it.callId === 'string' && Array.isArray(it.reason)
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
      const value: unknown = JSON.parse(this.store.getItem(this.prefix + callId) ?? 'null')
      return isWrapUp(value) ? value : null
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
