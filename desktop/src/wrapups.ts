/** The records still to be written: a draft begins with the talk and lives until the server has its record. */

import { computed, inject, onBeforeUnmount, provide, reactive, ref, watch, type InjectionKey } from 'vue'
import type { CallRow } from './api'
import { exactServerNow } from './clock'
import type { Desk } from './desk'
import { dropWrapUpDraft, putWrapUpDraft, wrapUpDrafts } from './desk_api'
import { blank, Drafts, fieldsOf, type WrapUp } from './draft'
import { DraftSync, type Kept } from './draft_sync'
import { inTalk } from './face'

/** After these the socket is up again: what another seat wrote may be there. */
const CAME_BACK: readonly string[] = ['snapshot', 'resumed']

export function useWrapUps(desk: Desk) {
  const sent = reactive(new Set<string>())
  const chosen = ref<string | null>(null)
  const kept = reactive<Record<string, Kept>>({})
  /** Counts what another seat changed of a draft. */
  const replaced = reactive<Record<string, number>>({})
  /** The number that each call's record refers to, or will. */
  const references = reactive<Record<string, string>>({})

  const currentCallId = computed(() => {
    const face = desk.face.value
    return face && (inTalk(face) || face === 'wrap_up') ? desk.state.value.myCallId : null
  })
  const sync = new DraftSync(
    new Drafts(localStorage, desk.session.login),
    { list: wrapUpDrafts, put: putWrapUpDraft, drop: dropWrapUpDraft },
    {
      now: exactServerNow,
      live: () => currentCallId.value,
      kept: (callId, where) => (kept[callId] = where),
      changed: (callId) => {
        replaced[callId] = (replaced[callId] ?? 0) + 1
        refresh()
      },
    },
  )
  const open = ref<WrapUp[]>(sync.all())
  const refresh = (): void => void (open.value = sync.all())

  const formCallId = computed(() => {
    const current = currentCallId.value
    return chosen.value ?? (current && !sent.has(current) ? current : null)
  })

  function begin(callId: string): void {
    if (sent.has(callId)) return
    const call = desk.state.value.calls[callId]
    const pop = desk.state.value.pop
    const number = call?.callerNumber ?? pop?.callerNumber ?? ''
    const at = new Date(exactServerNow()).toISOString()
    if (!sync.load(callId)) sync.begin(blank(callId, number, call?.queue ?? pop?.queue ?? null, at))
    const wished = references[callId]
    if (wished && !sync.load(callId)?.reference) refer(wished)
    refresh()
  }

  function done(callId: string): void {
    sent.add(callId)
    if (chosen.value === callId) chosen.value = null
    void sync.forget(callId)
    refresh()
  }

  /** The number of a policy, report or case belongs to this call; before the talk it waits for the form. */
  function refer(reference: string): void {
    const callId = formCallId.value ?? desk.state.value.myCallId
    if (!callId) return
    references[callId] = reference
    const draft = sync.load(callId)
    if (!draft) return
    sync.typed({ ...draft, reference })
    replaced[callId] = (replaced[callId] ?? 0) + 1
  }

  /** A record that was sent, or never written: once more into the form. `path`: its reason from the top down. */
  function reopen(row: CallRow, path: string[]): void {
    const { callId, callerNumber, queue, arrivedAt } = row
    sent.delete(callId)
    if (!sync.load(callId)) sync.begin({ ...blank(callId, callerNumber, queue, arrivedAt), ...fieldsOf(row), reason: path })
    chosen.value = callId
    refresh()
  }

  // A form that was open stays open when its time is over; the next talk brings its own.
  watch(
    currentCallId,
    (callId, before) => {
      if (callId) chosen.value = null
      else if (before && !sent.has(before)) chosen.value ??= before
    },
    { flush: 'sync' },
  )
  // Sync: several replayed frames come in one go, and each counts.
  watch(currentCallId, (callId) => callId && begin(callId), { immediate: true, flush: 'sync' })
  watch(
    desk.lastEvent,
    (event) => {
      const mine = event?.agentId === desk.session.agentId
      if (event?.type === 'wrapUpSaved' && mine && event.callId) done(event.callId)
      if (event && CAME_BACK.includes(event.type)) void sync.merge()
    },
    { flush: 'sync' },
  )
  const hidden = (): void => void (document.visibilityState === 'hidden' && sync.flush())
  document.addEventListener('visibilitychange', hidden)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', hidden)
    sync.close()
  })

  return {
    done,
    currentCallId,
    refer,
    reopen,
    replaced,
    kept,
    load: sync.load,
    typed: (draft: WrapUp) => {
      references[draft.callId] = draft.reference
      sync.typed(draft)
    },
    /** The call whose form is open: the one that was chosen, else the present one. */
    formCallId,
    waiting: computed(() => open.value.filter(({ callId }) => callId !== formCallId.value)),
    choose: (callId: string | null) => (chosen.value = callId),
    /** What the present record refers to. */
    reference: computed(() => references[formCallId.value ?? desk.state.value.myCallId ?? ''] ?? ''),
  }
}

export type WrapUps = ReturnType<typeof useWrapUps>

const key: InjectionKey<WrapUps> = Symbol('wrapUps')

/** For all panels of the page around it. */
export function provideWrapUps(desk: Desk): WrapUps {
  const wrapUps = useWrapUps(desk)
  provide(key, wrapUps)
  return wrapUps
}

/** null on pages where no records are written. */
export const injectWrapUps = (): WrapUps | null => inject(key, null)
