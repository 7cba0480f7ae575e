/** The screen-pop: all that an agent is told of his caller, masked. */

export interface Policy {
  policyNo: string
  line: string
  plate: string | null
  startsOn: string
  endsOn: string
  status: string
  statusLabel: string
  branch: string
}

export interface Claim {
  reportNo: string
  state: string
  stateLabel: string
  reportedAt: string
  plate: string | null
  surveyorName: string | null
  documentsWanted: string | null
}

export interface Customer {
  customerId: number
  name: string
  salutation: string
  segment: string
  idTail: string | null
  area: string | null
  alerts: string[]
  policies: Policy[]
  claims: Claim[]
}

/** An earlier call of this caller, with what its agent noted. */
export interface Contact {
  callId: string
  at: string
  direction: 'inbound' | 'outbound'
  queue: string | null
  agentId: string | null
  agentName: string | null
  outcome: string | null
  talkedS: number | null
  reason: string | null
  remarks: string
  solved: boolean | null
  handling: string
  reference: string
}

/** A complaint, a promised call or other work for this caller that is not done. */
export interface OpenCase {
  kind: string
  id: string
  topic: string
  state: string
  stateLabel: string
  openedAt: string
  dueAt: string
  takenBy: string | null
  overdue: boolean
}

export interface Article {
  articleId: string
  title: string
  /** What to say, word for word. */
  script: string
  text: string
}

/** `customers`, `contacts` and `cases` are null while they are still being looked up, empty where there are none. */
export interface Pop {
  callId: string
  callerNumber: string
  place: string | null
  queue: string | null
  language: string
  keys: { digits: string; label: string }[]
  waitedS: number
  priority: number
  variables: Record<string, string>
  /** Classes of the caller: vip, elderly, repeat … */
  flags: string[]
  /** Talks of this very call that broke off, with whom. */
  brokenTalks?: { agentId: string | null; agentName: string | null; at: string }[]
  customers: Customer[] | null
  contacts: Contact[] | null
  cases: OpenCase[] | null
  /** The best first. */
  articles: Article[]
}
