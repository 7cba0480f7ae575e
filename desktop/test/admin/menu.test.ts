import { expect, it } from 'vitest'
import { centred, whole, zoomed } from '../../src/admin/menu/camera'
import { coverageOf } from '../../src/admin/menu/coverage'
import { busiestFirst, CARD, fitted, layout, matching, neighbour, waysOf } from '../../src/admin/menu/layout'
import type { MenuNode, TestRun } from '../../src/admin/wire'

const edge = (source: string, target: string, label = '') => ({ source, target, label, ways: [] })
function node(id: string, lines: string[] = [], notes: string[] = []): MenuNode {
  const words = { zh: `${id} 的话`, en: `words of ${id}` }
  return { id, kind: 'menu', kindWords: { zh: '菜单', en: 'menu' }, tip: words, file: 'f', line: 1, lines: lines.map((it) => edge(id, it)), notes: notes.map((it) => edge(id, it)) }
}
const MENU = { roots: ['root'], nodes: [node('root', ['a', 'b']), node('a', ['c', 'd'], ['root']), node('b'), node('c'), node('d')] }
const drawing = layout(MENU)
const at = (id: string) => drawing.placed.get(id)

it('no two nodes overlap', () => {
  const places = [...drawing.placed.values()].map((it) => `${it.x} ${it.y}`)
  expect(new Set(places).size).toBe(5)
})

it('a node stands beside the middle of what hangs on it', () => {
  expect(at('a')?.y).toBe(((at('c')?.y ?? 0) + (at('d')?.y ?? 0)) / 2)
  expect(at('a')?.x).toBe(CARD.width + CARD.gapX)
})

it('branches stand as close as they fit', () => {
  const drawn = layout({ roots: ['x'], nodes: [node('x', ['s', 'big']), node('s'), node('big', ['m', 'n', 'o']), ...['m', 'n', 'o'].map((id) => node(id))] }).placed
  expect((drawn.get('big')?.y ?? 0) - (drawn.get('s')?.y ?? 0)).toBe(CARD.height + CARD.gapY)
})

it('a circle is drawn once', () => {
  expect(layout({ roots: ['x'], nodes: [node('x', ['y']), node('y', ['x'])] }).placed.size).toBe(2)
})

it('nodes that no root leads to are drawn too', () => {
  expect(layout({ roots: [], nodes: [node('alone')] }).placed.size).toBe(1)
})

it('arrow keys go to parents, children and neighbours', () => {
  expect([neighbour(drawing, 'root', 'right'), neighbour(drawing, 'a', 'left'), neighbour(drawing, 'c', 'down'), neighbour(drawing, 'root', 'left')]).toEqual(['a', 'root', 'd', null])
})

it('the search looks at names and at words in both languages', () => {
  expect(matching(drawing, 'words of c')).toEqual(['c'])
  expect(matching(drawing, '的话')).toHaveLength(5)
  expect(matching(drawing, '  ')).toEqual([])
})

it('a long text is cut where it would leave its card', () => {
  expect(fitted('车险报案中心', 8)).toBe('车险报…')
  expect(fitted('short', 8)).toBe('short')
})

it('all ways of a node are told, also those that are not drawn', () => {
  expect(waysOf(MENU, 'root').into.map((it) => it.source)).toEqual(['a'])
})

it('what is under the pointer stays there while zooming', () => {
  const before = { x: 10, y: 20, k: 1 }
  const after = zoomed(before, 2, 110, 120)
  expect([(110 - after.x) / after.k, (120 - after.y) / after.k]).toEqual([100, 100])
})

it('the whole picture fits, and a node comes into the middle', () => {
  const view = { width: 800, height: 600 }
  expect(whole({ width: 8000, height: 300 }, view).k).toBeCloseTo(0.095)
  const camera = centred({ x: 0, y: 0, k: 1 }, { x: 500, y: 500 }, view)
  expect([camera.x, camera.y]).toEqual([-100, -200])
})

it('coverage of a node is what the flow tests saw', () => {
  const tree = { nodes: 50, edges: 50, branches: 50, unseen: [], untaken: [{ node: 'a', way: 'keys.1', written: true, file: 'f', line: 1, column: 1 }], entered: { a: 3 }, taken: {} }
  const run = { result: { trees: { t: tree } } } as unknown as TestRun
  expect(coverageOf(run, 't', 'a')).toEqual({ times: 3, untaken: ['keys.1'] })
  expect(coverageOf(null, 't', 'a')).toBeNull()
})

it('the list begins with where callers are, then where most came, and keeps to what was sought', () => {
  const live = { at: '', since: '', callers: 3, nodes: { b: { now: 2, today: 5 }, c: { now: 0, today: 9 }, d: { now: 2, today: 7 } }, edges: [] }
  expect(busiestFirst(MENU.nodes, live, null).map((it) => it.id)).toEqual(['d', 'b', 'c', 'root', 'a'])
  expect(busiestFirst(MENU.nodes, live, ['a', 'b']).map((it) => it.id)).toEqual(['b', 'a'])
  expect(busiestFirst(MENU.nodes, null, null).map((it) => it.id)).toEqual(['root', 'a', 'b', 'c', 'd'])
})
