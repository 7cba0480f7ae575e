/** What the status line says, the most pressing first: only the first is shown at once. Pure. */

/** Work stops here; look out, it passes; good to know. */
export type Tone = 'stop' | 'care' | 'note'

export interface Saying {
  /** Two of the same key are one and the same. */
  key: string
  /** What it is, for tests: `data-test`. */
  is: string
  tone: Tone
  title: string
  words: string
  /** The word on its button, and what that does. */
  press: string
  act: (() => void) | null
}

const ORDER: readonly Tone[] = ['stop', 'care', 'note']

/** Among equals the order stays as given. */
export const byUrgency = (sayings: readonly Saying[]): Saying[] =>
  [...sayings].sort((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone))

/** A sentence that must be heard at once, or one that waits until the listener is done. */
export const roleOf = (tone: Tone): 'alert' | 'status' => (tone === 'note' ? 'status' : 'alert')
