import type { Agent, CallView, Pop, SnapshotFrame } from '../src/wire'

export const AT = '2026-11-22T01:00:00.000+00:00'
export const AT_MS = Date.parse(AT)

export const agent = (over: Partial<Agent> = {}): Agent => ({
  agentId: '1001',
  name: '李梅',
  extension: '8001',
  status: 'ready',
  reason: null,
  pending: null,
  pendingReason: null,
  state: 'idle',
  since: AT,
  callId: null,
  ringsUntil: null,
  wrapUpUntil: null,
  wrapUpExtended: false,
  skills: { motor: 3 },
  forced: false,
  asked: null,
  askedUntil: null,
  overstayed: false,
  seat: '',
  phone: 'desk',
  reasonSince: null,
  uses: {},
  usesOn: null,
  ...over,
})

export const call = (over: Partial<CallView> = {}): CallView => ({
  callId: 'c1',
  callerNumber: '138****1234',
  phase: 'waiting',
  queue: 'motor',
  priority: 60,
  queuedAt: AT,
  arrivedAt: AT,
  agentId: null,
  answeredAt: null,
  language: 'zh',
  keys: ['1', '2'],
  head: false,
  attempt: 0,
  alert: '',
  direction: 'inbound',
  heldBy: '',
  task: '',
  muted: false,
  recording: '',
  recordingPaused: '',
  parties: [],
  ...over,
})

export const pop = (over: Partial<Pop> = {}): Pop => ({
  callId: 'c1',
  callerNumber: '138****1234',
  place: '青海西宁',
  queue: 'motor',
  language: 'zh',
  keys: [{ digits: '1', label: '车险报案' }],
  waitedS: 12,
  priority: 60,
  variables: {},
  flags: [],
  customers: null,
  contacts: null,
  cases: null,
  articles: [],
  ...over,
})

export const snapshot = (over: Partial<SnapshotFrame> = {}): SnapshotFrame => ({
  type: 'snapshot',
  id: '5-0',
  at: AT,
  me: agent(),
  agents: [agent(), agent({ agentId: '1002', name: '王强' })],
  calls: [call()],
  pop: null,
  ...over,
})

/** A browser's localStorage. */
export class Memory {
  private readonly kept = new Map<string, string>()
  get length(): number {
    return this.kept.size
  }
  key = (i: number): string | null => [...this.kept.keys()][i] ?? null
  getItem = (key: string): string | null => this.kept.get(key) ?? null
  setItem = (key: string, value: string): void => void this.kept.set(key, value)
  removeItem = (key: string): void => void this.kept.delete(key)
}
