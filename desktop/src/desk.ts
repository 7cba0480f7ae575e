/** One signed-in desktop: the socket feeds the reducer, the reducer feeds the screen. */

import { computed, inject, ref, shallowReactive, shallowRef, type InjectionKey } from 'vue'
import * as api from './api'
import { correctClock } from './clock'
import { faceOf } from './face'
import { currentLanguage } from './i18n'
import { createModes } from './modes'
import { DeskSocket, type Link } from './socket'
import { emptyState, myself, reduce, waiting } from './state'
import { tellFailure } from './toast'
import type { Command, EventFrame, Frame } from './wire'

function socketUrl(): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/ws?language=${currentLanguage()}`
}

/** Facts that change the lists of past calls. */
const ENDS_A_CALL: readonly string[] = ['callCleared', 'wrapUpSaved', 'resumed', 'snapshot']

/** `startShift`: signed in just now, by hand. */
export function createDesk(session: api.Session, startShift: boolean, signedOut: () => void) {
  const state = shallowRef(emptyState(session.agentId))
  const link = ref<Link>({ is: 'connecting' })
  const options = shallowRef<api.Options | null>(null)
  const historyVersion = ref(0)
  const busy = shallowReactive(new Set<string>())
  const modes = createModes()
  const lastEvent = shallowRef<EventFrame | null>(null)

  function heard(frame: Frame): void {
    state.value = reduce(state.value, frame, Date.now())
    correctClock(state.value.skewMs)
    lastEvent.value = frame
    modes.heard(frame.type)
    if (ENDS_A_CALL.includes(frame.type)) historyVersion.value += 1
  }

  const socket = new DeskSocket(socketUrl, {
    frame: heard,
    link: (now) => (link.value = now),
    signedOut,
    lastId: () => state.value.lastId,
  })

  /** True when the server did it; a failure is told to the person. What is under way is not sent again. */
  async function run(command: Command): Promise<boolean> {
    if (busy.has(command.cmd)) return false
    busy.add(command.cmd)
    try {
      await socket.send(command)
      return true
    } catch (failure) {
      tellFailure(failure)
      return false
    } finally {
      busy.delete(command.cmd)
    }
  }

  async function loadOptions(): Promise<void> {
    try {
      options.value = await api.options()
    } catch (failure) {
      tellFailure(failure)
    }
  }

  const me = computed(() => myself(state.value))
  return {
    session,
    startShift,
    state,
    link,
    options,
    historyVersion,
    lastEvent,
    modes,
    busy,
    me,
    face: computed(() => (me.value ? faceOf(me.value) : null)),
    myCall: computed(() => (state.value.myCallId ? (state.value.calls[state.value.myCallId] ?? null) : null)),
    waiting: computed(() => waiting(state.value)),
    online: computed(() => link.value.is === 'online'),
    run,
    loadOptions,
    open: () => {
      void loadOptions()
      socket.connect()
    },
    useHere: () => socket.connect(),
    /** The server's sentences follow the language of the connection; a snapshot brings the pop anew. */
    speakAnew: () => {
      state.value = { ...state.value, lastId: null }
      if (link.value.is === 'online') socket.connect()
    },
    retryNow: () => {
      if (link.value.is === 'waiting') socket.connect()
    },
    close: () => socket.close(),
  }
}

export type Desk = ReturnType<typeof createDesk>

export const deskKey: InjectionKey<Desk> = Symbol('desk')

export function useDesk(): Desk {
  const desk = inject(deskKey)
  if (!desk) throw new Error('useDesk() outside a desk')
  return desk
}
