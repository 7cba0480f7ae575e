/** The HTTP side of the agents' page: knowledge, drafts of records, own figures. */

import { call, part } from './api'
import { queryOf } from './supervise/query'
import type { Article } from './wire'

export const knowledge = (q: string, queue: string | null) =>
  call<{ articles: Article[] }>('GET', `/knowledge${queryOf({ q, queue })}`)

/** A draft as the server keeps it: whatever the desktop gave it. */
export interface ServerDraft {
  callId: string
  changedAt: string
  fields: Readonly<Record<string, unknown>>
}

const DRAFTS = '/wrap-up-drafts'

export const wrapUpDrafts = () => call<{ drafts: ServerDraft[] }>('GET', DRAFTS)
export const putWrapUpDraft = ({ callId, changedAt, fields }: ServerDraft) =>
  call<ServerDraft>('PUT', `${DRAFTS}/${part(callId)}`, { changedAt, fields })
export const dropWrapUpDraft = (callId: string) => call<void>('DELETE', `${DRAFTS}/${part(callId)}`)

/** Today since midnight at the centre; shares are 0 to 1. */
export interface OwnFigures {
  since: string
  until: string
  offered: number
  answered: number
  missed: number
  talks: number
  talkMeanS: number | null
  wrapUpMeanS: number | null
  occupancy: number | null
  transfers: number
  wrapUpsMissing: number
}

export const ownFigures = () => call<OwnFigures>('GET', '/figures/own')
