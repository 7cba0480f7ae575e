/** What every field of a form shares. */

import { inject, type InjectionKey, type Ref } from 'vue'
import type { Schema } from '../files/schema'
import type { Choice } from '../wire'
import type { Path } from './fields'
import type { WrongPlaces } from './wrong'

export interface FormContext {
  root: Ref<Schema>
  wrong: Ref<WrongPlaces>
  writable: Ref<boolean>
  set(path: Path, value: unknown): void
  /** Values that a text at `path` may have; null: any. */
  named(path: Path): Choice[] | null
  /** Keys that a map at `path` may have; null: any. */
  namedKeys(path: Path): Choice[] | null
}

export const formKey: InjectionKey<FormContext> = Symbol('form')

export function useForm(): FormContext {
  const form = inject(formKey)
  if (!form) throw new Error('useForm() outside a form')
  return form
}
