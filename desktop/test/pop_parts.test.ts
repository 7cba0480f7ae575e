import { expect, it } from 'vitest'
import { caseLevel, mayOpenStory } from '../src/pop_parts'
import { AT, AT_MS } from './samples'

it('a case is overdue by the server, or by the clock since', () => {
  const due = { dueAt: AT, overdue: false }
  expect(caseLevel({ ...due, overdue: true }, AT_MS - 9e6)).toBe('bad')
  expect([AT_MS - 9e6, AT_MS - 60_000, AT_MS + 1].map((now) => caseLevel(due, now))).toEqual(['good', 'warn', 'bad'])
})

it('an agent opens the story of his own calls only', () => {
  const me = { role: 'agent' as const, agentId: '1023' }
  expect([mayOpenStory(me, { agentId: '1023' }), mayOpenStory(me, { agentId: '1024' }), mayOpenStory(me, { agentId: null })]).toEqual([true, false, false])
  expect(mayOpenStory({ role: 'supervisor', agentId: null }, { agentId: '1024' })).toBe(true)
})
