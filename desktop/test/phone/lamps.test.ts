import { describe, expect, it } from 'vitest'
import { mediaLamp, sipLamp } from '../../src/phone/lamps'
import { NOTHING_HEARD } from '../../src/phone/listener'
import type { Grade } from '../../src/phone/quality'
import type { PhoneState } from '../../src/phone/softphone'
import type { TalkState } from '../../src/phone/talk'

const talk = (over: Partial<TalkState> = {}): TalkState => ({ direction: 'in', phase: 'talking', from: '1', sinceMs: 0, muted: false, trouble: null, cause: '', ...over })
const heard = (grade: Grade): PhoneState['heard'] => ({
  ...NOTHING_HEARD,
  quality: { grade, mos: 4, packetsIn: 1, packetsOut: 1, lossShare: 0, jitterMs: 1, rttMs: 1 },
})
const state = (over: Partial<PhoneState> = {}): PhoneState => ({ link: 'online', talk: null, heard: NOTHING_HEARD, ...over })

describe('lamps', () => {
  it('of signalling is green only when calls can come', () => {
    expect(sipLamp(state())).toEqual({ light: 'good', word: 'online' })
    expect((['connecting', 'away', 'off'] as const).map((link) => sipLamp(state({ link })).light)).toEqual(['fair', 'bad', 'off'])
  })

  it('of sound is off without a talk', () => {
    expect(mediaLamp(state())).toEqual({ light: 'off', word: 'idle' })
    expect(mediaLamp(state({ talk: talk({ phase: 'ended' }) })).light).toBe('off')
  })

  it('of sound follows its quality', () => {
    const words = (['good', 'fair', 'poor', 'none'] as const).map((grade) => mediaLamp(state({ talk: talk(), heard: heard(grade) })).light)
    expect(words).toEqual(['good', 'fair', 'bad', 'bad'])
  })

  it('of sound is calm while the server keeps the caller away', () => {
    const held = { ...heard('none'), quiet: true }
    expect(mediaLamp(state({ talk: talk(), heard: held }))).toEqual({ light: 'good', word: 'quiet' })
  })

  it('of sound says when nobody hears us', () => {
    expect(mediaLamp(state({ talk: talk({ trouble: 'denied' }), heard: heard('good') })).word).toBe('listening')
  })
})
