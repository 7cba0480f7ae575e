/** The reasons that this agent gives most, for one key each. Pure but for the store. */

import type { ReasonTree } from './api'

export const MOST = 9

type Store = Pick<Storage, 'getItem' | 'setItem'>
export type Uses = Readonly<Record<string, number>>

const keptAs = (owner: string): string => `cti.reasons.${owner}`

export function usesOf(store: Store, owner: string): Uses {
  try {
    const value: unknown = JSON.parse(store.getItem(keptAs(owner)) ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, uses]) => typeof uses === 'number' && Number.isFinite(uses)))
  } catch {
    return {}
  }
}

export function countUse(store: Store, owner: string, code: string): void {
  const uses = usesOf(store, owner)
  try {
    store.setItem(keptAs(owner), JSON.stringify({ ...uses, [code]: (uses[code] ?? 0) + 1 }))
  } catch {
    // A full store costs the order of these keys, nothing else.
  }
}

/** The codes from the top down to each reason that can be given. */
export const paths = (tree: readonly ReasonTree[]): string[][] =>
  tree.flatMap(({ code, children }) => (children?.length ? paths(children).map((path) => [code, ...path]) : [[code]]))

/** The path to a reason; empty for one that is not given any more. */
export const pathTo = (tree: readonly ReasonTree[], code: string | null): string[] => paths(tree).find((path) => path.at(-1) === code) ?? []

/** Most used first. Of those never used one of each branch in turn, so that a beginner has some of everything. */
export function mostUsed(tree: readonly ReasonTree[], uses: Uses, most = MOST): string[][] {
  const places = tree.flatMap((branch) => paths([branch]).map((path, place) => ({ path, place, uses: uses[path.at(-1) ?? ''] ?? 0 })))
  return places
    .sort((a, b) => b.uses - a.uses || a.place - b.place)
    .slice(0, most)
    .map(({ path }) => path)
}
