/** The editor's own words, in the page's language. */

const WORDS = {
  find: 'Find', replace: 'Replace', next: 'next', previous: 'previous', all: 'all', matchCase: 'match case',
  byWord: 'by word', regexp: 'regexp', replaceOne: 'replace', replaceAll: 'replace all', close: 'close',
  currentMatch: 'current match', onLine: 'on line', foldLine: 'Fold line', unfoldLine: 'Unfold line',
  folded: 'folded code', unfold: 'unfold', completions: 'Completions', diagnostics: 'Diagnostics', noDiagnostics: 'No diagnostics',
} as const

/** The library asks by its English words. */
export const phrasesOf = (t: (key: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(WORDS).map(([key, english]) => [english, t(`files.phrase.${key}`)]))
