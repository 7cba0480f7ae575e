/** The records still to be written: a draft begins with the talk and lives until the server has it. */

import { computed, reactive, ref, watch } from 'vue'
import type { Desk } from './desk'
import { blank, Drafts, type WrapUp } from './draft'
import { inTalk } from './face'

export function useWrapUps(desk: Desk) {
  const drafts = new Drafts(localStorage, desk.session.login)
  const open = ref<WrapUp[]>(drafts.all())
  const sent = reactive(new Set<string>())
  const chosen = ref<string | null>(null)

  const currentCallId = computed(() => {
    const face = desk.face.value
    return face && (inTalk(face) || face === 'wrap_up') ? desk.state.value.myCallId : null
  })

  function begin(callId: string): void {
    if (sent.has(callId) || drafts.load(callId)) return
    const call = desk.state.value.calls[callId]
    const pop = desk.state.value.pop
    const number = call?.callerNumber ?? pop?.callerNumber ?? ''
    drafts.save(blank(callId, number, call?.queue ?? pop?.queue ?? null, new Date().toISOString()))
    open.value = drafts.all()
  }

  function done(callId: string): void {
    sent.add(callId)
    drafts.drop(callId)
    if (chosen.value === callId) chosen.value = null
    open.value = drafts.all()
  }

  // Sync: several replayed frames come in one go, and each counts.
  watch(currentCallId, (callId) => callId && begin(callId), { immediate: true, flush: 'sync' })
  watch(
    desk.lastEvent,
    (event) => {
      const mine = event?.agentId === desk.session.agentId
      if (event?.type === 'wrapUpSaved' && mine && event.callId) done(event.callId)
    },
    { flush: 'sync' },
  )

  return {
    drafts,
    done,
    currentCallId,
    /** The call whose form is open: the present one before any older one. */
    formCallId: computed(() => {
      const current = currentCallId.value
      return current && !sent.has(current) ? current : chosen.value
    }),
    waiting: computed(() => open.value.filter((draft) => draft.callId !== currentCallId.value)),
    choose: (callId: string | null) => (chosen.value = callId),
  }
}

export type WrapUps = ReturnType<typeof useWrapUps>
