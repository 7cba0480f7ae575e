import { describe, expect, it } from 'vitest'
import { clock, dayOf, secondsLeft, secondsSince } from '../src/time'
import { AT, AT_MS } from './samples'

describe('time', () => {
  it('counts whole seconds since a moment, never below zero', () => {
    expect(secondsSince(AT, AT_MS + 61_900)).toBe(61)
    expect(secondsSince(AT, AT_MS - 5_000)).toBe(0)
    expect(secondsSince(null, AT_MS)).toBe(0)
  })

  it('counts down to zero and stays there', () => {
    expect(secondsLeft(AT, AT_MS - 9_200)).toBe(10)
    expect(secondsLeft(AT, AT_MS + 1)).toBe(0)
  })

  it('writes minutes and seconds, and hours only when there are some', () => {
    expect([0, 7, 754, 3723].map(clock)).toEqual(['0:00', '0:07', '12:34', '1:02:03'])
  })

  it('gives the day of the reader, not that of Greenwich', () => {
    const local = new Date(2026, 10, 22, 0, 30)
    expect(dayOf(local.toISOString())).toBe('2026-11-22')
  })
})
