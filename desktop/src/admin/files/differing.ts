/** Where two texts part. Pure. */

export interface Differing {
  /** From 1. */
  line: number
  mine: string[]
  theirs: string[]
}

/** The lines between the beginning and the end that both have. */
export function differingLines(mine: string, theirs: string): Differing {
  const [a, b] = [mine.split('\n'), theirs.split('\n')]
  const least = Math.min(a.length, b.length)
  let head = 0
  while (head < least && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  return { line: head + 1, mine: a.slice(head, a.length - tail), theirs: b.slice(head, b.length - tail) }
}
