import { describe, expect, it } from 'vitest'
import { Ears, mos, qualityOf, type Sample } from '../../src/phone/quality'
import { sampleOf } from '../../src/phone/stats'

const sample = (over: Partial<Sample> = {}): Sample => ({
  atMs: 0,
  packetsIn: 0,
  lostIn: 0,
  packetsOut: 0,
  jitterS: 0.004,
  rttS: 0.02,
  energyIn: 0,
  levelOut: 0,
  ...over,
})

describe('quality', () => {
  it('is good on a clean local line', () => {
    expect(qualityOf(sample(), sample({ atMs: 1000, packetsIn: 50 }))).toMatchObject({ grade: 'good', lossShare: 0, jitterMs: 4, rttMs: 20 })
  })

  it('is fair with some loss and poor with much', () => {
    expect(qualityOf(sample(), sample({ packetsIn: 48, lostIn: 2 })).grade).toBe('fair')
    expect(qualityOf(sample(), sample({ packetsIn: 35, lostIn: 15 })).grade).toBe('poor')
  })

  it('is none where no packet comes', () => {
    expect(qualityOf(sample({ packetsIn: 50 }), sample({ packetsIn: 50 })).grade).toBe('none')
  })

  it('counts packets that come late again as no loss', () => {
    expect(qualityOf(sample({ lostIn: 3 }), sample({ packetsIn: 50, lostIn: 1 })).lossShare).toBe(0)
  })

  it('falls with delay, loss and jitter', () => {
    expect(mos(0, 0, 0)).toBeGreaterThan(4.3)
    expect(mos(0, 5, 600)).toBeLessThan(mos(0, 5, 60))
    expect(mos(0.1, 5, 60)).toBeLessThan(mos(0.01, 5, 60))
    expect(mos(0, 80, 60)).toBeLessThan(mos(0, 5, 60))
    expect(mos(1, 0, 3000)).toBe(1)
  })
})

describe('ears', () => {
  const second = (n: number, over: Partial<Sample> = {}): Sample => sample({ atMs: n * 1000, ...over })

  function after(seconds: number, over: (n: number) => Partial<Sample>, muted = false) {
    const ears = new Ears()
    let heard = { mutedTalking: false, silent: false }
    for (let n = 1; n <= seconds; n += 1) heard = ears.hear(second(n - 1, over(n - 1)), second(n, over(n)), muted)
    return heard
  }

  it('tell after five seconds that nothing is heard, not before', () => {
    expect(after(4, () => ({ energyIn: 3 })).silent).toBe(false)
    expect(after(5, () => ({ energyIn: 3 })).silent).toBe(true)
  })

  it('hear even a quiet room', () => {
    expect(after(20, (n) => ({ energyIn: n * 1e-5 })).silent).toBe(false)
  })

  it('tell who speaks into a muted microphone, but no cough', () => {
    expect(after(1, () => ({ levelOut: 0.7 }), true).mutedTalking).toBe(false)
    expect(after(2, () => ({ levelOut: 0.7 }), true).mutedTalking).toBe(true)
    expect(after(2, () => ({ levelOut: 0.7 }), false).mutedTalking).toBe(false)
    expect(after(9, () => ({ levelOut: 0.1 }), true).mutedTalking).toBe(false)
  })

  it('begin anew after hold', () => {
    const ears = new Ears()
    for (let n = 1; n <= 5; n += 1) ears.hear(second(n - 1), second(n), false)
    ears.forget()
    expect(ears.hear(second(5), second(6), false).silent).toBe(false)
  })
})

it('a sample is read out of the browser\'s report', () => {
  const report = [
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 500, packetsLost: 3, jitter: 0.01, totalAudioEnergy: 1.5 },
    { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 },
    { type: 'outbound-rtp', kind: 'audio', packetsSent: 490 },
    { type: 'remote-inbound-rtp', roundTripTime: 0.05 },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.9 },
  ]
  expect(sampleOf(report, 7, 0.3)).toEqual({
    atMs: 7, packetsIn: 500, lostIn: 3, packetsOut: 490, jitterS: 0.01, rttS: 0.05, energyIn: 1.5, levelOut: 0.3,
  })
})

it('a report without a talk is a sample of nothing', () => {
  expect(sampleOf([{ type: 'codec' }], 1, 0)).toMatchObject({ packetsIn: 0, rttS: null })
})
