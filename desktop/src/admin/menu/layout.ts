/** Where each node of the menu is drawn: a tree from left to right. Pure. */

import { hierarchy, tree } from 'd3-hierarchy'
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

interface Hanging {
  node: MenuNode | null
  below: Hanging[]
}

/** What hangs on each root. Every node once, also where the picture names it twice. */
function hanging(menu: Pick<Menu, 'roots' | 'nodes'>): Hanging[] {
  const left = new Map(menu.nodes.map((node) => [node.id, node]))
  const below = (ids: readonly string[]): Hanging[] =>
    ids.flatMap((id) => {
      const node = left.get(id)
      if (!left.delete(id) || !node) return []
      return [{ node, below: below(node.lines.map((edge) => edge.target)) }]
    })
  const rooted = below(menu.roots)
  return [...rooted, ...below([...left.keys()])]
}

/** The tidy tree of Reingold and Tilford: parents beside the middle of what hangs on them, branches as close as they fit. */
export function layout(menu: Pick<Menu, 'roots' | 'nodes'>): Drawing {
  // One unseen root above all: the picture may have several.
  const all = hierarchy<Hanging>({ node: null, below: hanging(menu) }, (each) => each.below)
  const laid = tree<Hanging>()
    .nodeSize([CARD.height + CARD.gapY, CARD.width + CARD.gapX])
    .separation(() => 1)(all)
  const top = Math.min(...laid.leaves().map((each) => each.x))
  const placed = new Map<string, Placed>()
  for (const { data, x, depth, parent } of laid.descendants()) {
    if (data.node) placed.set(data.node.id, { node: data.node, x: (depth - 1) * (CARD.width + CARD.gapX), y: x - top, parent: parent?.data.node?.id ?? null })
  }
  const each = [...placed.values()]
  return {
    placed,
    width: Math.max(0, ...each.map((it) => it.x)) + CARD.width,
    height: Math.max(0, ...each.map((it) => it.y)) + CARD.height,
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
