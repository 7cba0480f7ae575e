/** Where in a YAML text the cursor is: the keys and list places that lead to it. Pure.
 *
 * Read by indentation and, inside a line, by brackets: enough for completion while the text is half written,
 * where a parser would only say that it is wrong.
 */

export type Step = string | number

export interface Cursor {
  /** Keys above the cursor; a number is a place in a list. */
  path: Step[]
  /** What is being written: a key, or the value of the last key of `path`. */
  at: 'key' | 'value'
  /** The part of the word before the cursor. */
  word: string
}

interface Line {
  indent: number
  key: string | null
  dashes: number
}

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"[\]{},&*!|>%@`-][^#:]*?|[^\s#'"[\]{},][^#:]*?)\s*:(?=\s|$)/

const bare = (key: string): string => key.replace(/^(["'])(.*)\1$/, '$2').trim()

function read(line: string): Line | null {
  const text = line.replace(/\s+#.*$/, '')
  if (!text.trim() || text.trim().startsWith('#')) return null
  let rest = text.trimStart()
  let indent = text.length - rest.length
  let dashes = 0
  while (/^-(\s|$)/.test(rest)) {
    const inner = rest.slice(1).trimStart()
    indent += rest.length - inner.length
    rest = inner
    dashes += 1
  }
  const key = KEY.exec(rest)?.[1]
  return { indent, key: key === undefined ? null : bare(key), dashes }
}

/** The keys above a line that begins at `indent`; `dashes` of its own make it an item. */
function above(lines: readonly string[], index: number, indent: number, dashes: number): Step[] {
  const path: Step[] = dashes ? [0] : []
  let limit = indent - (dashes ? 2 * dashes : 0)
  let inItem = dashes > 0
  for (let at = index - 1; at >= 0; at -= 1) {
    const line = read(lines[at] ?? '')
    if (!line) continue
    const start = line.dashes ? line.indent - 2 * line.dashes : line.indent
    if (line.dashes && !inItem && line.indent <= limit && start < limit) {
      path.unshift(0)
      limit = start
      inItem = true
    } else if (line.key !== null && !line.dashes && (line.indent < limit || (inItem && line.indent <= limit))) {
      path.unshift(line.key)
      limit = line.indent
      inItem = false
    }
    if (limit === 0 && !inItem) break
  }
  return path
}

interface Flow {
  steps: Step[]
  open: string
  written: string
}

/** What is open between brackets in the text of one line up to the cursor. */
function flows(text: string): Flow[] {
  const stack: Flow[] = []
  let quote = ''
  for (const sign of text) {
    const top = stack.at(-1)
    if (quote) quote = sign === quote ? '' : quote
    else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '{' || sign === '[') stack.push({ steps: [], open: sign, written: '' })
    else if (sign === '}' || sign === ']') stack.pop()
    else if (sign === ',' && top) {
      top.written = ''
      continue
    }
    const now = stack.at(-1)
    if (now && now === top) now.written += sign
  }
  return stack
}

function throughFlows(path: Step[], stack: Flow[], word: string): Cursor {
  const steps = [...path]
  let at: Cursor['at'] = 'value'
  for (const flow of stack) {
    if (flow.open === '[') steps.push(0)
    const key = flow.open === '{' ? KEY.exec(flow.written.trimStart()) : null
    if (key) steps.push(bare(key[1] ?? ''))
    at = flow.open === '{' && !key ? 'key' : 'value'
  }
  return { path: steps, at, word }
}

/** `index`: the line, from 0; `column`: characters before the cursor. */
export function cursorAt(lines: readonly string[], index: number, column: number): Cursor {
  const before = (lines[index] ?? '').slice(0, column)
  const word = /[^\s:,[\]{}"']*$/.exec(before)?.[0] ?? ''
  const line = read(before) ?? { indent: before.length, key: null, dashes: 0 }
  const parents = above(lines, index, line.indent, line.dashes)
  const path = line.key === null ? parents : [...parents, line.key]
  const stack = flows(before)
  if (stack.length) return throughFlows(path, stack, word)
  return { path, at: line.key === null ? 'key' : 'value', word }
}
