/** Completion and help in a file: its schema, and the names that the file itself gives. */

import { currentLanguage } from '../../i18n'
import type { Completing } from './editor'
import { cursorAt } from './place'
import { keysAt, meaning, nodesOf, valuesAt, type Schema } from './schema'

/** Keys of a node whose value is another node. */
const LEADS_ON: readonly (string | number)[] = ['next', 'human', 'on_failure', 'on_no_input', 'else', 'go', 'found', 'missing', 'failed', 'start', 'on_empty']

/** `schema`: of the file that is open; null while there is none. */
export function createCompleting(schema: () => Schema | null): Completing {
  return {
    offers(lines, line, column) {
      const root = schema()
      const cursor = cursorAt(lines, line, column)
      if (!root) return { word: cursor.word, at: cursor.at, offers: [] }
      if (cursor.at === 'key') return { ...cursor, offers: keysAt(root, cursor.path, currentLanguage()) }
      const [last, before] = [cursor.path.at(-1) ?? '', cursor.path.at(-2)]
      const leads = LEADS_ON.includes(last) || before === 'keys'
      const values = [...valuesAt(root, cursor.path), ...(leads ? nodesOf(lines) : [])]
      const offers = values.map((label) => ({ label, detail: '', required: false }))
      const keys = keysAt(root, cursor.path, currentLanguage())
      return { ...cursor, offers: offers.length ? offers : lines[line]?.includes('{') ? keys : [] }
    },
    meaning(lines, line, column) {
      const root = schema()
      const text = lines[line] ?? ''
      const rest = /^[\w.-]*["']?\s*:(\s|$)/.exec(text.slice(column))
      if (!root || !rest) return ''
      const cursor = cursorAt(lines, line, column + rest[0].length)
      return meaning(root, cursor.path, currentLanguage())
    },
  }
}
