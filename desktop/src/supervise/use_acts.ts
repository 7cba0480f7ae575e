/** The acts of one page: which is being asked about, and which may be done. */

import { computed, shallowRef } from 'vue'
import type { Desk } from '../desk'
import type { CallView, Agent } from '../wire'
import { agentActs, callActs, changes, commandOf, type Act, type Actor, type Form } from './acts'

const MAY: readonly string[] = ['supervisor', 'admin']

export function useActs(desk: Desk) {
  /** Its reason is being asked. */
  const asked = shallowRef<Act | null>(null)
  const who = computed<Actor>(() => ({
    supervises: MAY.includes(desk.session.role),
    phone: desk.session.agentId !== null,
  }))
  const monitoring = computed(() => desk.state.value.monitoring)

  return {
    asked,
    who,
    monitoring,
    ofAgent: (agent: Agent) => agentActs(agent, who.value, monitoring.value),
    ofCall: (call: CallView) => callActs(call, who.value),
    begin: (act: Act) => {
      if (changes(act, monitoring.value)) void desk.run({ cmd: 'monitorChange', mode: act.act })
      else asked.value = act
    },
    stopListening: () => void desk.run({ cmd: 'monitorStop' }),
    carryOut: async (form: Form): Promise<void> => {
      const command = asked.value && commandOf(asked.value, form)
      if (command && (await desk.run(command))) asked.value = null
    },
  }
}

export type Acts = ReturnType<typeof useActs>
