import { describe, expect, it } from 'vitest'
import { ringTime } from '../../src/calls/ring_time'
import { AT, AT_MS } from '../samples'

const at = (seconds: number): string => new Date(AT_MS + seconds * 1000).toISOString()

describe('the time a phone still rings', () => {
  it('is counted down to the moment the server names', () => {
    const me = { since: AT, ringsUntil: at(40) }
    expect(ringTime(me, AT_MS + 10_000)).toEqual({ leftS: 30, share: 0.75 })
    expect(ringTime(me, AT_MS + 60_000)).toEqual({ leftS: 0, share: 0 })
  })

  it('is never more than the whole, also for a clock that is behind', () => {
    expect(ringTime({ since: AT, ringsUntil: at(20) }, AT_MS - 3_000)).toEqual({ leftS: 23, share: 1 })
  })

  it('is unknown without a limit, or with that of an earlier call', () => {
    expect(ringTime({ since: AT, ringsUntil: null }, AT_MS)).toBeNull()
    expect(ringTime({ since: AT, ringsUntil: at(-300) }, AT_MS)).toBeNull()
    expect(ringTime(null, AT_MS)).toBeNull()
  })
})
