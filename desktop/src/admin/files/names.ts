/** Files that come and go in a draft: menus and flow tests. The opening hours, settings and prompts always stay. */

import type { AreaOfFile } from '../wire'

const FOLDERS: Partial<Record<AreaOfFile, string>> = { dialplan: 'dialplan/', tests: 'dialplan/tests/' }
const STAYS = 'dialplan/hours.yaml'
/** As the server takes them. */
const NAME = /^[0-9A-Za-z_][0-9A-Za-z_-]{0,60}$/

export const mayGo = (path: string): boolean => path.startsWith('dialplan/') && path !== STAYS

/** The path of a new file, or why there cannot be one of that name. */
export function newPath(area: AreaOfFile, name: string, paths: readonly string[]): { path?: string; why?: 'form' | 'taken' } {
  const bare = name.replace(/\.yaml$/, '')
  const folder = FOLDERS[area]
  if (!folder || !NAME.test(bare)) return { why: 'form' }
  const path = `${folder}${bare}.yaml`
  return paths.includes(path) ? { why: 'taken' } : { path }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.yaml$/, '')

/** What a new file begins with: the least that can be read, to be written on. */
export function firstText(path: string): string {
  if (path.startsWith('dialplan/tests/')) {
    return `# yaml-language-server: $schema=../../config/schema/flows.json
flows:
  - name: ${nameOf(path)}
    tree: "95518"
    at: 2026-11-23T10:00+08:00
    from: "13897000001"
    steps:
      - hear: [welcome, recording_notice, root]
      - press: 0
`
  }
  return `# yaml-language-server: $schema=../config/schema/dialplan.json
tree: ${nameOf(path)}
start: first
nodes:
  first: {say: welcome, next: return}
`
}
