/** What is typed into a file, kept in this browser until the server has it: no crash and no refusal loses it. */

export interface Copy {
  text: string
  /** What the file was when the typing began. */
  etag: string
  at: number
}

const KEY = 'cti.admin.file.'

export interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const keyOf = (login: string, path: string): string => `${KEY}${login}.${path}`

/** The copies of one person. */
export function createCopies(login: string, shelf: Shelf) {
  return {
    get(path: string): Copy | null {
      try {
        const found = JSON.parse(shelf.getItem(keyOf(login, path)) ?? 'null') as Copy | null
        return found && typeof found.text === 'string' && typeof found.etag === 'string' ? found : null
      } catch {
        return null
      }
    },
    /** False when the browser has no room: then only the page itself has it. */
    keep(path: string, copy: Copy): boolean {
      try {
        shelf.setItem(keyOf(login, path), JSON.stringify(copy))
        return true
      } catch {
        return false
      }
    },
    drop: (path: string): void => shelf.removeItem(keyOf(login, path)),
  }
}

export type Copies = ReturnType<typeof createCopies>

export interface Opened {
  text: string
  etag: string
  /** Typed here and not saved yet. */
  unsaved: boolean
  /** What the server has, where both sides changed. */
  theirs: string | null
}

/** A file as it opens: the server's text, or what was typed here before; both where they part. */
export function opened(server: { text: string; etag: string }, copy: Copy | null): Opened {
  if (!copy || copy.text === server.text) return { ...server, unsaved: false, theirs: null }
  const theirs = copy.etag === server.etag ? null : server.text
  return { text: copy.text, etag: server.etag, unsaved: true, theirs }
}
