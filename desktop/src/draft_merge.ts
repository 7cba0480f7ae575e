/** Drafts written at two seats made one: the newer wins, and nothing that was typed is lost. Pure. */

import { touched, type WrapUp } from './draft'

const time = (at: string): number => Date.parse(at) || 0

/** Typed here, and the server does not have it. */
const unsent = (draft: WrapUp): boolean => draft.changedAt !== draft.onServer

function remarks(newer: string, older: string): string {
  if (!older.trim() || newer.includes(older)) return newer
  return older.includes(newer) ? older : `${newer}\n${older}`
}

/** The newer's words; where it says nothing, the older's. */
export function joined(newer: WrapUp, older: WrapUp): WrapUp {
  return {
    ...newer,
    reason: newer.reason.length ? newer.reason : older.reason,
    remarks: remarks(newer.remarks, older.remarks),
    handling: newer.handling || older.handling,
    callerRole: newer.callerRole || older.callerRole,
    emotion: newer.emotion || older.emotion,
    reference: newer.reference || older.reference,
    followUpDue: newer.followUpDue ?? older.followUpDue,
  }
}

/** Of two that are not alike; what comes out is the server's own where nothing of ours is missing there. */
export function reconciled(mine: WrapUp, theirs: WrapUp): WrapUp {
  if (!unsent(mine)) return theirs
  const [newer, older] = time(mine.changedAt) > time(theirs.changedAt) ? [mine, theirs] : [theirs, mine]
  // What the server had when we began to type is the ground of ours, not another's word.
  if (newer === mine && mine.onServer === theirs.changedAt) return mine
  const one = { ...joined(newer, older), onServer: theirs.changedAt }
  const asTheirs = JSON.stringify({ ...one, callerNumber: '', at: '' }) === JSON.stringify({ ...theirs, callerNumber: '', at: '' })
  return newer === mine || asTheirs ? one : touched(one, time(theirs.changedAt))
}

export interface Plan {
  /** To be kept here in place of what is here. */
  keep: WrapUp[]
  /** To be told the server. */
  send: WrapUp[]
  /** Sent or given up at another seat. */
  drop: string[]
}

/** What both places need. `live`: the call whose form must not vanish. */
export function plan(mine: WrapUp[], theirs: WrapUp[], live: string | null): Plan {
  const here = new Map(mine.map((draft) => [draft.callId, draft]))
  const there = new Set(theirs.map((draft) => draft.callId))
  const kept = theirs.map((their) => {
    const own = here.get(their.callId)
    return own ? reconciled(own, their) : their
  })
  const only = mine.filter((draft) => !there.has(draft.callId))
  const gone = only.filter((draft) => draft.onServer !== '' && !unsent(draft) && draft.callId !== live)
  const stays = only.filter((draft) => !gone.includes(draft) && draft.changedAt !== '')
  return {
    keep: kept.filter((draft) => JSON.stringify(draft) !== JSON.stringify(here.get(draft.callId))),
    send: [...kept.filter(unsent), ...stays],
    drop: gone.map(({ callId }) => callId),
  }
}
