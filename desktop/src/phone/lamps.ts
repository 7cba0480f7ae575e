/** The phone's two lamps, each with the word that belongs to its colour. Pure. */

import type { PhoneState } from './softphone'

export type Light = 'good' | 'fair' | 'bad' | 'off'

export interface Lamp {
  light: Light
  /** Key of its word under `phone.link` or `phone.grade`. */
  word: string
}

const LINKS: Readonly<Record<PhoneState['link'], Light>> = {
  off: 'off',
  connecting: 'fair',
  online: 'good',
  away: 'bad',
  refused: 'bad',
  expired: 'bad',
  wrongIdentity: 'bad',
  takenOver: 'bad',
}

export const sipLamp = ({ link }: PhoneState): Lamp => ({ light: LINKS[link], word: link })

export function mediaLamp({ talk, heard }: PhoneState): Lamp {
  if (!talk || talk.phase === 'ended' || talk.phase === 'ringing') return { light: 'off', word: 'idle' }
  if (heard.quiet && heard.quality?.grade === 'none') return { light: 'good', word: 'quiet' }
  if (!heard.quality) return { light: 'fair', word: 'opening' }
  if (talk.trouble) return { light: 'fair', word: 'listening' }
  const light = { good: 'good', fair: 'fair', poor: 'bad', none: 'bad' } as const
  return { light: light[heard.quality.grade], word: heard.quality.grade }
}
