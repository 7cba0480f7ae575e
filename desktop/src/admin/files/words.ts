/** What callers would hear of a draft, beside what they hear now. */

import type { WordPair } from '../wire'

/** Those that were changed, or all; with `part` in their name or words. */
export function shown(pairs: readonly WordPair[], all: boolean, part: string): WordPair[] {
  const wanted = part.trim().toLowerCase()
  return pairs.filter((it) => (all || it.changed) && [it.prompt, it.before?.text, it.now?.text].some((text) => text?.toLowerCase().includes(wanted)))
}

export type Side = 'before' | 'now'

/** One line where both sides are the same, else one for each side that is there. */
export function sides(pair: WordPair): Side[] {
  if (!pair.changed) return ['now']
  return (['before', 'now'] as const).filter((side) => pair[side] !== null)
}
