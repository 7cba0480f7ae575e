import { describe, expect, it } from 'vitest'
import { able, type Control, type Situation } from '../../src/calls/controls'
import type { Agent, CallView, Party } from '../../src/wire'
import { agent, AT, call } from '../samples'

const party = (over: Partial<Party> = {}): Party => ({ partyId: 'p1', role: 'consulted', phase: 'talking', since: AT, agentId: '1002', queue: null, number: '', ...over })

/** The controls that can be used in this situation, by name. */
function controls(over: Partial<Situation>): Control[] {
  const found = able({ me: agent(), call: null, online: true, phone: null, menuTasks: 2, ...over })
  return (Object.keys(found) as Control[]).filter((control) => found[control]).sort()
}

const inCall = (state: Agent['state'], over: Partial<CallView> = {}): Partial<Situation> => ({
  me: agent({ state, callId: 'c1' }),
  call: call({ agentId: '1001', phase: 'talking', recording: 'r1', ...over }),
})

describe('controls', () => {
  it('of an idle agent are dialling alone', () => {
    expect(controls({})).toEqual(['dial'])
    expect(controls({ me: agent({ status: 'not_ready', reason: 'MEAL' }) })).toEqual(['dial'])
    expect(controls({ me: agent({ status: 'logged_out' }) })).toEqual([])
  })

  it('while it rings are answering alone', () => {
    expect(controls(inCall('ringing', { phase: 'ringing' }))).toEqual(['answer'])
  })

  it('in a talk are all that need no second party', () => {
    expect(controls(inCall('talking'))).toEqual(['consult', 'hangUp', 'hold', 'keypad', 'menu', 'mute', 'record', 'survey', 'transfer'])
  })

  it('leave the recording alone where there is none, and the menu where it has no tasks', () => {
    expect(controls({ ...inCall('talking', { recording: '' }), menuTasks: 0 })).toEqual(['consult', 'hangUp', 'hold', 'keypad', 'mute', 'survey', 'transfer'])
  })

  it('on hold are fetching back, and asking somebody', () => {
    expect(controls(inCall('held', { phase: 'held', heldBy: 'desk' }))).toEqual(['consult', 'hangUp', 'hold', 'mute', 'record', 'transfer'])
  })

  it('leave a caller whom the phone itself holds to the phone', () => {
    expect(controls(inCall('held', { phase: 'held', heldBy: 'phone' }))).not.toContain('hold')
  })

  it('while the caller is in the menu fetch him back', () => {
    expect(controls(inCall('held', { phase: 'menu', task: 'identity' }))).toEqual(['hangUp', 'hold', 'record'])
  })

  it('while a colleague is rung lead back to the caller', () => {
    const found = controls(inCall('consulting', { phase: 'held', heldBy: 'desk', parties: [party({ phase: 'ringing' })] }))
    expect(found).toEqual(['hangUp', 'mute', 'reconnect', 'record'])
  })

  it('in a consultation complete, swap, join, or lead back', () => {
    const found = controls(inCall('consulting', { phase: 'held', heldBy: 'desk', parties: [party()] }))
    expect(found).toEqual(['alternate', 'complete', 'conference', 'hangUp', 'keypad', 'mute', 'reconnect', 'record'])
  })

  it('in a conference of three transfer nobody', () => {
    const found = controls(inCall('conferencing', { parties: [party({ role: 'conference' })] }))
    expect(found).toEqual(['hangUp', 'keypad', 'mute', 'record'])
  })

  it('of one who was asked to a colleague\'s call are leaving alone', () => {
    expect(controls(inCall('talking', { agentId: '1002' }))).toEqual(['hangUp'])
  })

  it('are none while the server is away, and no browser phone is in hand', () => {
    expect(controls({ ...inCall('talking'), online: false })).toEqual([])
  })
})

describe('the browser\'s phone', () => {
  const phone = (talk: NonNullable<Situation['phone']>['talk']) => ({ link: 'online' as const, talk })

  it('answers what rings here, whatever the server knows', () => {
    expect(controls({ me: agent({ state: 'reserved' }), phone: phone('ringing') })).toEqual(['answer'])
    expect(controls({ ...inCall('ringing', { phase: 'ringing' }), phone: phone('answering') })).toEqual(['hangUp'])
  })

  it('can mute, send digits and hang up with the server away', () => {
    expect(controls({ ...inCall('talking'), online: false, phone: phone('talking') })).toEqual(['hangUp', 'keypad', 'mute'])
  })

  it('has nothing in hand when its talk is over', () => {
    expect(controls({ phone: phone('ended') })).toEqual(['dial'])
  })
})
