/** What the screen-pop's parts mean to this agent. Pure: "now" is an argument. */

import type { Session } from './api'
import type { Level } from './supervise/levels'
import { dueLevel } from './supervise/work'
import type { Contact, OpenCase } from './wire'

/** Overdue by the server's word or by the clock since. */
export const caseLevel = (one: Pick<OpenCase, 'overdue' | 'dueAt'>, now: number): Level =>
  one.overdue ? 'bad' : dueLevel(one.dueAt, now)

/** An agent reads the story of his own calls; who supervises, of all. */
export const mayOpenStory = (session: Pick<Session, 'role' | 'agentId'>, contact: Pick<Contact, 'agentId'>): boolean =>
  session.role !== 'agent' || (contact.agentId !== null && contact.agentId === session.agentId)
