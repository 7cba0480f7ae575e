/** Which call controls make sense now. Pure; the server has the last word. */

import type { PhoneLink } from '../phone/softphone'
import type { TalkPhase } from '../phone/talk'
import type { Agent, CallView, Party } from '../wire'

export type Control =
  | 'answer'
  | 'hold'
  | 'mute'
  | 'keypad'
  | 'transfer'
  | 'consult'
  | 'complete'
  | 'reconnect'
  | 'alternate'
  | 'conference'
  | 'survey'
  | 'menu'
  | 'record'
  | 'dial'
  | 'hangUp'

/** In the order of the bar; hangUp stands apart. */
export const GROUPS: readonly (readonly Control[])[] = [
  ['answer', 'hold', 'mute', 'keypad'],
  ['transfer', 'consult', 'complete', 'reconnect', 'alternate', 'conference'],
  ['survey', 'menu', 'record'],
  ['dial'],
]

export interface Situation {
  me: Agent | null
  call: CallView | null
  /** The events' connection stands. */
  online: boolean
  /** The browser's own phone; null where the agent has a desk phone. */
  phone: { link: PhoneLink; talk: TalkPhase | null } | null
  menuTasks: number
}

export const consulted = (call: CallView | null): Party | null => call?.parties.find((one) => one.role === 'consulted') ?? null

const conferees = (call: CallView): Party[] => call.parties.filter((one) => one.role === 'conference')

const answered = (party: Party | null): boolean => party !== null && ['talking', 'held'].includes(party.phase)

/** His call is one that he leads, not one to which a colleague asked him. */
export const leads = ({ me, call }: Pick<Situation, 'me' | 'call'>): boolean => me !== null && call !== null && call.agentId === me.agentId

/** The server can mute him: his caller hears him, or will again. Before that only his own phone can. */
export const serverMutes = (now: Situation): boolean => withCall(now).mute

/** The caller is on hold, or in the menu, and can be fetched back. */
export const canRetrieve = (call: CallView | null): boolean =>
  call !== null && ((call.phase === 'held' && call.heldBy !== 'phone') || call.phase === 'menu')

const IN_TALK: readonly string[] = ['talking', 'held', 'menu']
const HAS_A_LEG: readonly string[] = ['dialling', 'talking', 'held', 'consulting', 'conferencing', 'monitoring']

function withCall(now: Situation): Record<Exclude<Control, 'answer' | 'dial' | 'hangUp'>, boolean> {
  const { call } = now
  const mine = leads(now) && now.online
  const party = consulted(call)
  const alone = call !== null && !party && conferees(call).length === 0
  const talking = mine && call?.phase === 'talking'
  const here = mine && (call?.phase === 'talking' || call?.phase === 'held')
  return {
    hold: mine && !party && (canRetrieve(call) || (talking && alone)),
    mute: here,
    keypad: here && (call?.phase === 'talking' || answered(party)),
    transfer: here && alone,
    consult: here && alone,
    complete: here && answered(party),
    reconnect: here && party !== null,
    alternate: here && answered(party),
    conference: here && answered(party),
    survey: talking && alone,
    menu: talking && alone && now.menuTasks > 0,
    record: mine && IN_TALK.includes(call?.phase ?? '') && call?.recording !== '',
  }
}

export function able(now: Situation): Record<Control, boolean> {
  const { me, phone } = now
  const state = me?.state ?? 'idle'
  const inMyHand = phone !== null && phone.talk !== null && phone.talk !== 'ended'
  const talks = phone?.talk === 'talking'
  const commands = withCall(now)
  return {
    ...commands,
    // The browser's phone needs nobody for these two.
    mute: commands.mute || talks,
    keypad: commands.keypad || (talks && !(leads(now) && now.online)),
    answer: phone?.talk === 'ringing' || (now.online && state === 'ringing' && phone?.talk !== 'answering'),
    dial: now.online && me !== null && me.status !== 'logged_out' && state === 'idle',
    // With the server away the browser's phone can still end its own talk.
    hangUp: inMyHand ? phone?.talk !== 'ringing' : now.online && HAS_A_LEG.includes(state),
  }
}
