/** Every sentence of the desktop: one file an area, `zh/<area>.json` and `en/<area>.json`. */

export type Messages = { [key: string]: string | Messages }

const area = (path: string): string => path.replace(/^.*\/|\.json$/g, '')

const joined = (files: Record<string, Messages>): Messages =>
  Object.fromEntries(Object.entries(files).map(([path, messages]) => [area(path), messages]))

export const zh = joined(import.meta.glob<Messages>('./zh/*.json', { eager: true, import: 'default' }))
export const en = joined(import.meta.glob<Messages>('./en/*.json', { eager: true, import: 'default' }))
