import { describe, expect, it } from 'vitest'
import { nextSpeed, peaks, silences, skipTo } from '../../src/sound/wave'

describe('the picture of a sound', () => {
  it('has the loudest of each stretch', () => {
    expect([...peaks([0, -0.5, 0.25, 1, 0, 0], 3)]).toEqual([0.5, 1, 0])
  })

  it('of nothing is flat', () => {
    expect([...peaks([], 2)]).toEqual([0, 0])
  })
})

describe('silence', () => {
  const loud = [1, 1, 0, 0, 0, 0, 1, 0, 1, 1]
  const other = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

  it('is where nobody speaks for long, less its edges', () => {
    expect(silences([loud, other], 10)).toEqual([{ fromS: 2.25, toS: 5.75 }])
  })

  it('is skipped by playing on at its end', () => {
    const quiet = silences([loud, other], 10)
    expect([skipTo(1, quiet), skipTo(3, quiet), skipTo(6, quiet)]).toEqual([null, 5.75, null])
  })

  it('of no sound is none', () => {
    expect(silences([], 10)).toEqual([])
  })
})

it('speed goes up and down in steps, not beyond them', () => {
  expect([nextSpeed(1, 1), nextSpeed(1, -1), nextSpeed(2, 1), nextSpeed(0.75, -1)]).toEqual([1.25, 0.75, 2, 0.75])
})
