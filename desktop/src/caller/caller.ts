/** The page's own telephone: any number calls the hotline, and what is said is read along. */

import { computed, ref, shallowRef } from 'vue'
import * as api from '../api'
import { currentLanguage } from '../i18n'
import { socketUrl } from '../phone/account'
import { NOTHING_HEARD } from '../phone/listener'
import { Softphone, type PhoneState } from '../phone/softphone'
import { sentence } from '../toast'
import { headers } from './headers'
import type { Line } from './lines'
import { Reading } from './reading'

const OFF: PhoneState = { link: 'off', talk: null, heard: NOTHING_HEARD }
const LIMIT_MS = 10_000

export function createCaller() {
  const account = shallowRef<api.CallerAccount | null>(null)
  const refusal = ref('')
  /** The server says that signing in would help. */
  const signInNeeded = ref(false)
  const state = shallowRef<PhoneState>(OFF)
  const lines = shallowRef<readonly Line[]>([])
  const following = ref(false)
  const connecting = ref(false)
  const reading = new Reading(() => new WebSocket(socketUrl(`/ws/caller?language=${currentLanguage()}`, location)))
  let phone: Softphone | null = null

  reading.addEventListener('change', () => {
    lines.value = reading.lines
    following.value = reading.following
  })

  function dropPhone(): void {
    phone?.removeEventListener('change', changed)
    phone?.stop()
    phone = null
    state.value = OFF
  }

  function changed(): void {
    if (phone) state.value = phone.state
  }

  /** A token for this number; false, with words, where the server refuses. */
  async function ask(number: string): Promise<boolean> {
    try {
      account.value = await api.callerPhone(number)
      refusal.value = ''
      signInNeeded.value = false
      return true
    } catch (failure) {
      refusal.value = sentence(failure)
      signInNeeded.value = failure instanceof api.ApiFailed && failure.status === 401
      return false
    }
  }

  function online(made: Softphone): Promise<boolean> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (made.state.link === 'online') end(true)
      }
      const timer = setTimeout(() => end(false), LIMIT_MS)
      function end(is: boolean): void {
        clearTimeout(timer)
        made.removeEventListener('change', look)
        resolve(is)
      }
      made.addEventListener('change', look)
      look()
    })
  }

  /** Calls `dialled` as `number` ('' withholds it); `silent` is told when the phone cannot connect. */
  async function dial(number: string, dialled: string, silent: string): Promise<void> {
    if (connecting.value || phone) return
    connecting.value = true
    try {
      if (!(await ask(number)) || !account.value) return
      reading.follow(account.value.token)
      phone = new Softphone(account.value, false)
      phone.addEventListener('change', changed)
      phone.start()
      if (!(await online(phone))) {
        refusal.value = silent
        return dropPhone()
      }
      await phone.call(dialled, headers(account.value))
    } finally {
      connecting.value = false
    }
  }

  const talk = computed(() => state.value.talk)
  const inCall = computed(() => talk.value !== null && talk.value.phase !== 'ended')

  return {
    account,
    refusal,
    signInNeeded,
    state,
    talk,
    inCall,
    lines,
    following,
    connecting,
    ask,
    dial,
    /** The phone of a call that is over makes place for the next one. */
    rest: () => {
      if (!inCall.value) dropPhone()
    },
    hangUp: () => phone?.hangUp(),
    setMuted: (on: boolean) => phone?.setMuted(on),
    retryMicrophone: () => phone?.renewMicrophone(),
    press: (key: string) => {
      phone?.sendDigits(key)
      reading.pressed(key, new Date().toISOString())
    },
    close: () => {
      dropPhone()
      reading.stop()
    },
  }
}

export type Caller = ReturnType<typeof createCaller>
