/** Files that an admin makes, takes out and puts back in his draft. */

import { useAsking } from '../asking'
import type { FileText } from '../wire'
import type { Editing } from './editing'
import { firstText } from './names'

export interface ComingServer {
  file(path: string): Promise<FileText>
  saveFile(path: string, text: string, etag: string | null): Promise<unknown>
  removeFile(path: string, etag: string): Promise<unknown>
}

/** `changed`: the list of files is another one now, and this file is to be shown ('': any). */
export function createComing(server: ComingServer, editing: Editing, changed: (path: string) => Promise<void>) {
  const { busy, failure, ask } = useAsking()

  const done = async (work: () => Promise<unknown>, path: string): Promise<boolean> => {
    if ((await ask(async () => (await work(), true))) === null) return false
    await changed(path)
    return true
  }

  const add = (path: string) => done(() => server.saveFile(path, firstText(path), null), path)

  /** As it was where the draft began. */
  const restore = (path: string) =>
    done(async () => {
      const found = await server.file(path)
      await server.saveFile(path, found.base ?? '', found.etag)
    }, path)

  /** Only what the admin sees is taken out: another text by another window is refused. */
  async function remove(path: string): Promise<boolean> {
    await editing.flush()
    const { etag } = editing.state
    return done(async () => {
      await server.removeFile(path, etag)
      editing.forget()
    }, '')
  }

  return { busy, failure, add, restore, remove }
}
