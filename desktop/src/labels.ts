/** Codes in words: from the server's options where it names them, else from our own messages. */

import { useI18n } from 'vue-i18n'
import type { Label, Options, ReasonTree } from './api'
import type { Language } from './i18n'

const flat = (tree: ReasonTree[]): ReasonTree[] => tree.flatMap((node) => [node, ...flat(node.children ?? [])])

export function useLabels(options: () => Options | null) {
  const { t, te, locale } = useI18n()
  const inWords = (label: Label | undefined): string | undefined => label?.[locale.value as Language] || label?.zh
  const own = (area: string, code: string): string => (te(`${area}.${code}`, 'zh') ? t(`${area}.${code}`) : code)
  return {
    queue: (name: string | null): string =>
      name === null ? '' : (inWords(options()?.queues.find((it) => it.name === name)?.label) ?? name),
    reason: (code: string | null): string =>
      code === null ? '' : (inWords(options()?.reasons.find((it) => it.code === code)?.label) ?? own('reason', code)),
    reasonLimitS: (code: string | null): number | null =>
      options()?.reasons.find((it) => it.code === code)?.maxS ?? null,
    wrapUpReason: (code: string | null): string =>
      code === null ? '' : (inWords(flat(options()?.wrapUpReasons ?? []).find((it) => it.code === code)?.label) ?? code),
    own,
    /** What a menu noted about the call: `value.<variable>.<code>`, else a word that all variables share. */
    noted: (variable: string, code: string): string =>
      te(`value.${variable}.${code}`, 'zh') ? t(`value.${variable}.${code}`) : own('value', code),
    inWords,
  }
}
