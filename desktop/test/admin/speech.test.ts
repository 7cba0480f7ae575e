import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Asking } from '../../src/admin/asking'
import { createSpeech } from '../../src/admin/files/speech'
import type { Speech } from '../../src/admin/wire'

const asking = (): Asking => ({
  busy: ref(false),
  failure: ref(''),
  ask: async (question) => question().catch(() => null),
})

const said = (state: Speech['state'], done: number, missing: number): Speech => ({
  state, done, total: 2, startedAt: null, revision: 1, why: null, findings: [], result: null, voice: true,
  unspoken: Array.from({ length: missing }, (_, n) => ({ language: 'zh', prompt: `p${n}` })),
})

function server(...answers: (Speech | Error)[]) {
  return {
    speech: vi.fn(async () => {
      const next = answers.length > 1 ? answers.shift() : answers[0]
      if (next instanceof Error) throw next
      return next as Speech
    }),
    speak: vi.fn(async () => undefined),
    stopSpeaking: vi.fn(async () => undefined),
  }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('counts as missing until the server says that nothing is', async () => {
  const one = createSpeech(server(said('none', 0, 0)), asking())
  expect(one.missing.value).toBe(1)
  await one.load()
  expect(one.missing.value).toBe(0)
})

it('is followed until its end, over an answer that does not come', async () => {
  const behind = server(said('none', 0, 2), said('running', 0, 2), new Error('away'), said('running', 1, 1), said('done', 2, 0))
  const one = createSpeech(behind, asking(), 10)
  await one.load()
  await one.speak()
  expect(behind.speak).toHaveBeenCalledOnce()
  expect(one.running.value).toBe(true)
  await vi.advanceTimersByTimeAsync(35)
  expect([one.running.value, one.missing.value]).toEqual([false, 0])
})

it('asks no more once its page is gone', async () => {
  const behind = server(said('running', 0, 2))
  const one = createSpeech(behind, asking(), 10)
  one.close()
  await one.load()
  await vi.advanceTimersByTimeAsync(100)
  expect(behind.speech).toHaveBeenCalledOnce()
})
