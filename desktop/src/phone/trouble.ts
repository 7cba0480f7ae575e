/** Why calls do not ring in this window, and what its button does. Pure. */

import type { Place } from './one_phone'
import type { PhoneState } from './softphone'

export interface PhoneTrouble {
  what: string
  /** Key of its sentence; null where `refusal` is the sentence. */
  key: string | null
  act: 'take' | 'renew' | null
  /** Key of the button's word. */
  press: string
  /** It ends by itself. */
  passes: boolean
}

interface Seen {
  place: Place
  /** Why there are no credentials, in words. */
  refusal: string
  link: PhoneState['link']
  talking: boolean
}

const NOTHING = { act: null, press: '', passes: false }

export function phoneTrouble({ place, refusal, link, talking }: Seen): PhoneTrouble | null {
  if (place === 'elsewhere') return { ...NOTHING, what: place, key: 'phone.elsewhere', act: 'take', press: 'phone.takeHere' }
  if (place === 'elsewhereTalking') {
    return { ...NOTHING, what: place, key: 'phone.elsewhereTalking', act: 'take', press: 'phone.takeHereAnyway' }
  }
  if (refusal) return { ...NOTHING, what: 'refusal', key: null, act: 'renew', press: 'phone.again' }
  if (link === 'takenOver') return { ...NOTHING, what: link, key: 'phone.takenOver', act: 'renew', press: 'phone.takeHere' }
  if (link === 'wrongIdentity' || link === 'expired') return { ...NOTHING, what: link, key: `phone.${link}` }
  if (link === 'refused' || link === 'away') {
    return { ...NOTHING, what: link, key: talking ? 'phone.awayTalking' : `phone.${link}`, passes: true }
  }
  return null
}
