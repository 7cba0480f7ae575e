/** Work that a page has not brought home yet. While there is some, a session that ends does not take the page
 * away: the password is asked for over it. */

import { ref } from 'vue'

const open = new Set<() => boolean>()

/** Counts how often somebody signed in again over his page: time to bring home what could not be saved. */
export const signedInAgain = ref(0)

export const unfinished = (): boolean => [...open].some((it) => it())

/** Ask `it` from now on; returns how to end that. */
export function mayBeUnfinished(it: () => boolean): () => void {
  open.add(it)
  return () => open.delete(it)
}
