/** The YAML editor. It lives in a shadow root: there the library adds its rules as adopted style sheets, which
 * the page's Content-Security-Policy allows, and not as style elements. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, type Tooltip } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export interface Completing {
  /** Offers at a line (from 0) and column. */
  offers(lines: readonly string[], line: number, column: number): { word: string; at: 'key' | 'value'; offers: { label: string; detail: string; required: boolean }[] }
  /** What the word at a line and column means; empty: nothing to say. */
  meaning(lines: readonly string[], line: number, column: number): string
}

export interface Mark {
  line: number
  column: number
  severity: 'error' | 'warning'
  message: string
}

export interface EditorParts {
  host: HTMLElement
  label: string
  phrases: Record<string, string>
  completing: Completing
  typed(text: string): void
  save(): void
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--talking)' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.typeName], color: 'var(--held)' },
  { tag: tags.comment, color: 'var(--ready)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-2)' },
])

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace", lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'var(--surface-2)', color: 'var(--text-2)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--talking) 9%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'color-mix(in srgb, var(--talking) 28%, transparent) !important' },
  '.cm-tooltip': { border: '1px solid var(--line)', borderRadius: '6px', backgroundColor: 'var(--surface)', color: 'var(--text)', maxWidth: '460px', boxShadow: '0 6px 24px rgb(0 0 0 / 18%)' },
  '.cm-tooltip .told': { padding: '6px 10px', fontSize: '13px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--el-color-primary)', color: '#fff' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '1', color: 'inherit', marginLeft: '10px' },
  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 10px', fontFamily: 'var(--font)', fontSize: '13px' },
  '.cm-panel.cm-search label': { fontSize: '13px' },
  '.cm-textfield, .cm-button': { border: '1px solid var(--el-border-color)', borderRadius: '5px', background: 'var(--surface)', color: 'var(--text)', fontSize: '13px' },
  '.cm-searchMatch': { backgroundColor: 'var(--ringing-soft)', outline: '1px solid var(--ringing)' },
  '.cm-diagnostic': { borderLeft: '4px solid var(--ringing)', padding: '6px 10px', whiteSpace: 'pre-wrap', fontFamily: 'var(--font)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--not_ready)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--not_ready)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--ringing)' },
  '.cm-lint-marker': { content: 'none !important', width: '10px', height: '10px', marginTop: '5px', borderRadius: '50%', background: 'var(--ringing)' },
  '.cm-lint-marker-error': { borderRadius: '2px', background: 'var(--not_ready)' },
  '.cm-foldPlaceholder': { background: 'var(--surface-2)', border: '1px solid var(--line)', color: 'var(--text-2)' },
})

const linesOf = (state: EditorState): string[] => state.doc.toString().split('\n')

function completion(parts: EditorParts) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const found = parts.completing.offers(linesOf(context.state), line.number - 1, context.pos - line.from)
    if (!context.explicit && !found.word) return null
    if (!found.offers.length) return null
    const options = found.offers.map((each) => ({
      label: each.label,
      detail: each.detail,
      apply: found.at === 'key' ? `${each.label}: ` : each.label,
      boost: each.required ? 2 : 0,
      type: found.at === 'key' ? 'property' : 'enum',
    }))
    return { from: context.pos - found.word.length, options }
  }
}

const hover = (parts: EditorParts) =>
  hoverTooltip((view, pos): Tooltip | null => {
    const line = view.state.doc.lineAt(pos)
    const told = parts.completing.meaning(linesOf(view.state), line.number - 1, pos - line.from)
    if (!told) return null
    const create = () => {
      const dom = document.createElement('div')
      dom.className = 'told'
      dom.textContent = told
      return { dom }
    }
    return { pos, above: true, create }
  })

export function createEditor(parts: EditorParts) {
  const words = new Compartment()
  const root = parts.host.shadowRoot ?? parts.host.attachShadow({ mode: 'open' })
  const attributes = (label: string) => EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((each) => each.isUserEvent('load'))) parts.typed(update.state.doc.toString())
  })
  const save = { key: 'Mod-s', preventDefault: true, run: () => (parts.save(), true) }
  const extensions = [
    lineNumbers(), foldGutter(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(),
    history(), indentOnInput(), bracketMatching(), closeBrackets(), highlightSelectionMatches(), search({ top: true }),
    yaml(), syntaxHighlighting(colours), look, EditorState.tabSize.of(2), EditorView.lineWrapping,
    autocompletion({ override: [completion(parts)], icons: false }), hover(parts), listener,
    words.of([EditorState.phrases.of(parts.phrases), attributes(parts.label)]),
    keymap.of([save, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
  ]
  const made = (text: string) => EditorState.create({ doc: text, extensions })
  const view = new EditorView({ state: made(''), root, parent: root })

  function place(mark: { line: number; column: number }): number {
    const line = view.state.doc.line(Math.min(Math.max(mark.line, 1), view.state.doc.lines))
    return Math.min(line.from + Math.max(mark.column - 1, 0), line.to)
  }
  return {
    /** Another file: its own history of changes. */
    load: (text: string) => view.setState(made(text)),
    /** The same file, changed by other hands. */
    replace: (text: string) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: 'load' }),
    text: () => view.state.doc.toString(),
    marks(found: readonly Mark[]): void {
      const diagnostics: Diagnostic[] = found.map((each) => {
        const from = place(each)
        const to = Math.max(from + 1, Math.min(from + 20, view.state.doc.lineAt(from).to))
        return { from, to: Math.min(to, view.state.doc.length), severity: each.severity, message: each.message }
      })
      view.dispatch(setDiagnostics(view.state, diagnostics))
    },
    goTo(mark: { line: number; column: number }): void {
      const at = place(mark)
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
      view.focus()
    },
    find: () => void openSearchPanel(view),
    speak: (label: string, phrases: Record<string, string>) =>
      view.dispatch({ effects: words.reconfigure([EditorState.phrases.of(phrases), attributes(label)]) }),
    close: () => view.destroy(),
  }
}

export type Editor = ReturnType<typeof createEditor>
