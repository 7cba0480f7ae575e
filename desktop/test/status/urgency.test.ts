import { describe, expect, it } from 'vitest'
import { byUrgency, roleOf, type Saying, type Tone } from '../../src/status/urgency'

const saying = (key: string, tone: Tone): Saying => ({ key, is: key, tone, title: '', words: key, press: '', act: null })

describe('the status line', () => {
  it('says first what stops the work, then what passes, then what is good to know', () => {
    const given = [saying('night', 'note'), saying('away', 'care'), saying('replaced', 'stop'), saying('disaster', 'note')]
    expect(byUrgency(given).map(({ key }) => key)).toEqual(['replaced', 'away', 'night', 'disaster'])
  })

  it('interrupts a listener only for what he must know now', () => {
    expect((['stop', 'care', 'note'] as const).map(roleOf)).toEqual(['alert', 'alert', 'status'])
  })
})
