/** Where each node of the menu is drawn: a tree from left to right, parents beside the first of what hangs on them. Pure. */

import type { Edge, Menu, MenuLive, MenuNode } from '../wire'

export const CARD = { width: 196, height: 46, gapX: 124, gapY: 12 } as const

export interface Placed {
  node: MenuNode
  x: number
  y: number
  parent: string | null
}

export interface Drawing {
  placed: Map<string, Placed>
  width: number
  height: number
}

/** The nodes below each one, itself with them. */
function sizes(nodes: Map<string, MenuNode>): (id: string) => number {
  const known = new Map<string, number>()
  const size = (id: string): number => {
    const node = nodes.get(id)
    if (!node || known.has(id)) return known.get(id) ?? 0
    known.set(id, 1)
    known.set(id, node.lines.reduce((sum, edge) => sum + size(edge.target), 1))
    return known.get(id) ?? 1
  }
  return size
}

/** What hangs on a node, from top to bottom. One that carries more than all others together comes last, and the node
    stands beside it: else the way through a menu would begin a screen's height away from its first step. */
function children(node: MenuNode, size: (id: string) => number): { ids: string[]; beside: string | undefined } {
  const ids = node.lines.map((edge) => edge.target)
  const most = [...ids].sort((a, b) => size(b) - size(a))[0]
  const all = ids.reduce((sum, id) => sum + size(id), 0)
  if (most === undefined || size(most) * 2 <= all) return { ids, beside: ids[0] }
  return { ids: [...ids.filter((id) => id !== most), most], beside: most }
}

/** Every node is placed once, also where the picture names it twice. */
export function layout(menu: Pick<Menu, 'roots' | 'nodes'>): Drawing {
  const nodes = new Map(menu.nodes.map((node) => [node.id, node]))
  const size = sizes(nodes)
  const placed = new Map<string, Placed>()
  let nextY = 0
  let deepest = 0

  function place(id: string, depth: number, parent: string | null): number | null {
    const node = nodes.get(id)
    if (!node || placed.has(id)) return null
    const here: Placed = { node, x: depth * (CARD.width + CARD.gapX), y: 0, parent }
    placed.set(id, here)
    deepest = Math.max(deepest, depth)
    const { ids, beside } = children(node, size)
    const ys = new Map(ids.map((child) => [child, place(child, depth + 1, id)]))
    const y = ys.get(beside ?? '') ?? [...ys.values()].find((each) => each !== null)
    if (y != null) here.y = y
    else {
      here.y = nextY
      nextY += CARD.height + CARD.gapY
    }
    return here.y
  }
  for (const root of [...menu.roots, ...nodes.keys()]) place(root, 0, null)
  return {
    placed,
    width: (deepest + 1) * (CARD.width + CARD.gapX) - CARD.gapX,
    height: Math.max(nextY - CARD.gapY, CARD.height),
  }
}

/** A line from the right side of one card to the left side of another. */
export function curve(from: Placed, to: Placed): string {
  const [x1, y1] = [from.x + CARD.width, from.y + CARD.height / 2]
  const [x2, y2] = [to.x, to.y + CARD.height / 2]
  const bend = x2 > x1 ? (x2 - x1) / 2 : 60
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

const wide = (sign: string): number => (/[\u2e80-\uffef]/.test(sign) ? 2 : 1)

/** So much of a text as fits into `units`, where a Chinese character takes two. */
export function fitted(text: string, units: number): string {
  let left = units
  const kept: string[] = []
  for (const sign of text.replace(/\s+/g, ' ').trim()) {
    left -= wide(sign)
    if (left < 0) return `${kept.slice(0, -1).join('')}…`
    kept.push(sign)
  }
  return kept.join('')
}

/** Nodes whose name, kind or words have `sought` in them, from top to bottom. */
export function matching(drawing: Drawing, sought: string): string[] {
  const wanted = sought.trim().toLowerCase()
  if (!wanted) return []
  const text = ({ id, kindWords, tip }: MenuNode): string =>
    [id, kindWords.zh, kindWords.en, tip.zh, tip.en].join('\n').toLowerCase()
  const found = [...drawing.placed.values()].filter((each) => text(each.node).includes(wanted))
  return found.sort((a, b) => a.y - b.y || a.x - b.x).map((each) => each.node.id)
}

/** For a list: where callers are now first, then where most came today, then as the file has them. `only`: these. */
export function busiestFirst(nodes: readonly MenuNode[], live: MenuLive | null, only: readonly string[] | null): MenuNode[] {
  const shown = only ? nodes.filter((it) => only.includes(it.id)) : [...nodes]
  const count = (node: MenuNode, what: 'now' | 'today'): number => live?.nodes[node.id]?.[what] ?? 0
  return shown.sort((a, b) => count(b, 'now') - count(a, 'now') || count(b, 'today') - count(a, 'today'))
}

type Direction = 'up' | 'down' | 'left' | 'right'

/** The node that an arrow key leads to. */
export function neighbour(drawing: Drawing, id: string, way: Direction): string | null {
  const here = drawing.placed.get(id)
  if (!here) return null
  if (way === 'left') return here.parent
  if (way === 'right') return here.node.lines.map((it) => it.target).find((it) => drawing.placed.get(it)?.parent === id) ?? null
  const column = [...drawing.placed.values()].filter((it) => it.x === here.x).sort((a, b) => a.y - b.y)
  return column[column.indexOf(here) + (way === 'down' ? 1 : -1)]?.node.id ?? null
}

export interface Ways {
  out: Edge[]
  into: Edge[]
}

/** All ways from and to a node. */
export function waysOf(menu: Pick<Menu, 'nodes'>, id: string): Ways {
  const all = menu.nodes.flatMap((node) => [...node.lines, ...node.notes])
  return { out: all.filter((it) => it.source === id), into: all.filter((it) => it.target === id) }
}
