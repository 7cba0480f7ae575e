import { expect, it } from 'vitest'
import { byFace, faceOf } from '../src/face'
import { agent } from './samples'

it('an agent who signed out is offline, whatever the system does', () => {
  expect(faceOf(agent({ status: 'logged_out', state: 'wrap_up' }))).toBe('logged_out')
})

it('what the system does shows before what the person chose', () => {
  expect(faceOf(agent({ status: 'not_ready', state: 'talking' }))).toBe('talking')
})

it('a break has its own word, other reasons do not', () => {
  expect(faceOf(agent({ status: 'not_ready', reason: 'BREAK' }))).toBe('break')
  expect(faceOf(agent({ status: 'not_ready', reason: 'MEAL' }))).toBe('not_ready')
})

it('the list begins with those who ring and ends with those who left', () => {
  const agents = [agent({ agentId: '3', status: 'logged_out' }), agent({ agentId: '2' }), agent({ agentId: '1', state: 'ringing' })]
  expect(agents.sort(byFace).map((it) => it.agentId)).toEqual(['1', '2', '3'])
})
