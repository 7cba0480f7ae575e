import { describe, expect, it } from 'vitest'
import { leftOf } from '../../src/calls/quota'
import { targets, type Known } from '../../src/calls/targets'
import { dayOf } from '../../src/time'
import { agent, AT, AT_MS, call } from '../samples'

const known: Known = {
  myId: '1001',
  agents: [
    agent(),
    agent({ agentId: '1002', name: '王强', extension: '8002', state: 'talking' }),
    agent({ agentId: '1003', name: '才让卓玛', extension: '8003' }),
    agent({ agentId: '1004', name: '韩丽', status: 'logged_out' }),
  ],
  calls: [call({ callId: 'a', queuedAt: '2026-11-22T01:00:05Z' }), call({ callId: 'b' }), call({ callId: 'c', phase: 'talking' })],
  queues: [{ name: 'motor', label: '车险报案' }, { name: 'consult', label: '业务咨询' }],
  tasks: [{ name: 'identity', label: '身份核验' }],
}
const ids = (query: string, withTasks = true) => targets(known, query, withTasks).map(({ kind, id }) => `${kind}:${id}`)

describe('targets', () => {
  it('are free colleagues first, never oneself nor who is out', () => {
    expect(ids('')).toEqual(['agent:1003', 'agent:1002', 'queue:motor', 'queue:consult', 'task:identity'])
  })

  it('who cannot be reached now are shown and not able', () => {
    expect(targets(known, '王', true)).toMatchObject([{ id: '1002', able: false, face: 'talking' }])
  })

  it('are found by name, id, extension or label', () => {
    expect(ids('卓玛')).toEqual(['agent:1003'])
    expect(ids('咨询')).toEqual(['queue:consult'])
    expect(ids('身份')).toEqual(['task:identity'])
  })

  it('are numbers too, where digits were typed', () => {
    expect(ids('139 9700-0002')).toEqual(['number:13997000002'])
    expect(ids('8003')).toEqual(['number:8003', 'agent:1003'])
  })

  it('for a consultation have no menu tasks', () => {
    expect(ids('身份', false)).toEqual([])
  })

  it('that are queues tell who waits there, and since when', () => {
    expect(targets(known, '车险', true)).toMatchObject([{ waiting: 2, waitingSince: AT }])
  })
})

describe('what is left of a reason', () => {
  const pause = { code: 'BREAK', label: { zh: '', en: '' }, times: 2, minutes: 30 }
  const today = dayOf(AT)

  it('is all on a new day', () => {
    const used = agent({ usesOn: '2026-11-01', uses: { BREAK: { times: 2, seconds: 1800 } } })
    expect(leftOf(pause, used, AT_MS)).toEqual({ times: 2, minutes: 30, usedUp: false })
  })

  it('is less for what was used, the one in force included', () => {
    const used = agent({ usesOn: today, uses: { BREAK: { times: 1, seconds: 300 } }, status: 'not_ready', reason: 'BREAK', reasonSince: AT })
    expect(leftOf(pause, used, AT_MS + 600_000)).toEqual({ times: 1, minutes: 15, usedUp: false })
  })

  it('is used up by times or by minutes', () => {
    expect(leftOf(pause, agent({ usesOn: today, uses: { BREAK: { times: 2, seconds: 1 } } }), AT_MS).usedUp).toBe(true)
    expect(leftOf(pause, agent({ usesOn: today, uses: { BREAK: { times: 1, seconds: 1800 } } }), AT_MS).usedUp).toBe(true)
  })

  it('has no bounds where none were written', () => {
    expect(leftOf({ code: 'MEAL', label: { zh: '', en: '' } }, null, AT_MS)).toEqual({ times: null, minutes: null, usedUp: false })
  })
})
