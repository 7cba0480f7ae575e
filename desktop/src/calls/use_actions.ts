/** The call controls of the desk around; one set for the bar, the ring and the dialogs. */

import { inject, provide, type InjectionKey } from 'vue'
import { useDesk } from '../desk'
import { useDeskPhone } from '../desk_phone'
import { createActions, type Actions } from './actions'

const key: InjectionKey<Actions> = Symbol('actions')

export function provideActions(): Actions {
  const actions = createActions(useDesk(), useDeskPhone())
  provide(key, actions)
  return actions
}

export function useActions(): Actions {
  const actions = inject(key)
  if (!actions) throw new Error('useActions() outside a desk')
  return actions
}
