/** What the last flow tests say about one node. Pure. */

import type { TestRun } from '../wire'

export interface NodeCoverage {
  /** How often a flow came to it. */
  times: number
  /** Ways out that no flow took. */
  untaken: string[]
}

/** null: no tests were run of this tree. */
export function coverageOf(run: TestRun | null, tree: string, node: string): NodeCoverage | null {
  const found = run?.result?.trees[tree]
  if (!found) return null
  const untaken = found.untaken.filter((it) => it.node === node).map((it) => it.way)
  return { times: found.entered[node] ?? 0, untaken }
}
