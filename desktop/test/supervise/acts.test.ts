import { describe, expect, it } from 'vitest'
import { agentActs, callActs, changes, commandOf, emptyForm, type Act } from '../../src/supervise/acts'
import { agent, call } from '../samples'

const WITH_PHONE = { supervises: true, phone: true }
const form = (over = {}) => ({ ...emptyForm(), reason: ' 抽查 ', ...over })
const talking = agent({ state: 'talking', callId: 'c1' })
const why = (list: ReturnType<typeof agentActs>, key: string) => list.find((one) => one.key === key)?.why

describe('a command', () => {
  it('carries its reason without blanks around it', () => {
    expect(commandOf({ act: 'listen', agentId: '1001' }, form())).toEqual({ cmd: 'monitorStart', agentId: '1001', mode: 'listen', reason: '抽查' })
  })

  it.each<[Act, object]>([
    [{ act: 'intercept', agentId: '1001' }, { cmd: 'interceptCall', agentId: '1001' }],
    [{ act: 'release', agentId: '1001' }, { cmd: 'releaseCall', agentId: '1001' }],
    [{ act: 'force', agentId: '1001', status: 'ready' }, { cmd: 'forceAgentState', agentId: '1001', status: 'ready' }],
    [{ act: 'refuse', agentId: '1001' }, { cmd: 'decideReason', agentId: '1001', granted: false }],
    [{ act: 'pickUp', callId: 'c1' }, { cmd: 'pickUpCall', callId: 'c1' }],
    [{ act: 'priority', callId: 'c1' }, { cmd: 'changeWaitingCall', callId: 'c1', priority: 60 }],
  ])('of %o', (act, command) => {
    expect(commandOf(act, form())).toEqual({ ...command, reason: '抽查' })
  })

  it('is none without a reason, a queue to move to, or words to broadcast', () => {
    expect(commandOf({ act: 'release', agentId: '1001' }, form({ reason: ' ' }))).toBeNull()
    expect(commandOf({ act: 'move', callId: 'c1' }, form())).toBeNull()
    expect(commandOf({ act: 'notice' }, form({ text: ' ' }))).toBeNull()
  })

  it('moves a call, changes skills, and tells the agents of some queues', () => {
    expect(commandOf({ act: 'move', callId: 'c1' }, form({ queue: 'major' }))).toMatchObject({ queue: 'major' })
    expect(commandOf({ act: 'skills', agentId: '1001' }, form({ skills: { motor: 4 } }))).toMatchObject({ skills: { motor: 4 } })
    expect(commandOf({ act: 'notice' }, form({ text: '下雪', queues: ['motor'] }))).toEqual({ cmd: 'sendNotice', text: '下雪', queues: ['motor'] })
  })
})

describe('what may be done', () => {
  it('at a talk is everything', () => {
    expect(agentActs(talking, WITH_PHONE, null).filter((one) => one.why).map((one) => one.key)).toEqual([])
  })

  it('is nothing about a talk where there is none', () => {
    const idle = agentActs(agent(), WITH_PHONE, null)
    expect(['listen', 'intercept', 'release'].map((key) => why(idle, key))).toEqual(['noTalk', 'noTalk', 'noTalk'])
    expect(why(idle, 'force_ready')).toBe('isSo')
  })

  it('needs a phone to listen, not to release', () => {
    const list = agentActs(talking, { supervises: true, phone: false }, null)
    expect([why(list, 'listen'), why(list, 'release')]).toEqual(['noPhone', null])
  })

  it('is not what is under way already', () => {
    const monitoring = { callId: 'c1', agentId: '1001', mode: 'listen', heard: true } as const
    const list = agentActs(talking, WITH_PHONE, monitoring)
    expect([why(list, 'listen'), why(list, 'whisper')]).toEqual(['already', null])
    expect(changes({ act: 'whisper', agentId: '1001' }, monitoring)).toBe(true)
    expect(changes({ act: 'whisper', agentId: '1002' }, monitoring)).toBe(false)
  })

  it('with a call that rings already is to pick it up', () => {
    expect(callActs(call({ phase: 'ringing' }), WITH_PHONE).map((one) => one.why)).toEqual(['notWaiting', 'notWaiting', null])
  })

  it('with somebody signed out is nothing', () => {
    expect(agentActs(agent({ status: 'logged_out' }), WITH_PHONE, null).every((one) => one.why)).toBe(true)
  })
})
