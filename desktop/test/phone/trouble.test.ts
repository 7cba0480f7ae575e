import { describe, expect, it } from 'vitest'
import { phoneTrouble } from '../../src/phone/trouble'

const WELL = { place: 'here', refusal: '', link: 'online', talking: false } as const

describe('what is wrong with the phone', () => {
  it('is nothing while calls can ring here', () => {
    expect(phoneTrouble(WELL)).toBeNull()
    expect(phoneTrouble({ ...WELL, link: 'connecting' })).toBeNull()
  })

  it('is the other window first, whatever else there is', () => {
    expect(phoneTrouble({ ...WELL, place: 'elsewhere', refusal: 'no', link: 'away' })).toMatchObject({ what: 'elsewhere', act: 'take' })
  })

  it('is said in the words of the server that gives no credentials', () => {
    expect(phoneTrouble({ ...WELL, refusal: 'no extension' })).toMatchObject({ what: 'refusal', key: null, act: 'renew' })
  })

  it('passes where the phone tries again by itself, and says that a talk goes on', () => {
    expect(phoneTrouble({ ...WELL, link: 'away' })).toMatchObject({ key: 'phone.away', passes: true })
    expect(phoneTrouble({ ...WELL, link: 'away', talking: true })).toMatchObject({ key: 'phone.awayTalking', passes: true })
  })

  it('stays where somebody must act', () => {
    const found = (['takenOver', 'wrongIdentity', 'expired'] as const).map((link) => phoneTrouble({ ...WELL, link })?.passes)
    expect(found).toEqual([false, false, false])
  })
})
