/** The agent's phone as the desktop has it: a desk phone, or the one in this browser. Lives above the pages. */

import { computed, inject, ref, shallowRef, watch, type InjectionKey } from 'vue'
import * as api from './api'
import { leads } from './calls/controls'
import type { Desk } from './desk'
import { Devices, type Use } from './phone/devices'
import { NOTHING_HEARD } from './phone/listener'
import { OnePhone, type Place } from './phone/one_phone'
import type { PhoneState, Softphone } from './phone/softphone'
import { speaker } from './phone/speaker'
import { sentence } from './toast'
import type { PhoneKind } from './wire'

const KEPT_AS = 'cti.phone.kind'
const AGAIN_MS = 4_000
const LIMIT_MS = 10_000
const OFF: PhoneState = { link: 'off', talk: null, heard: NOTHING_HEARD }

const kept = (): PhoneKind => (localStorage.getItem(KEPT_AS) === 'desk' ? 'desk' : 'browser')

/** Nothing to hear is right while the server keeps the caller away. */
const QUIET_PHASES: readonly string[] = ['held', 'menu', 'whisper', 'dialling']

/** Whether it came true within ten seconds. */
function until(came: () => boolean): Promise<boolean> {
  if (came()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), LIMIT_MS)
    const stop = watch(came, (is) => is && end(true))
    function end(is: boolean): void {
      clearTimeout(timer)
      stop()
      resolve(is)
    }
  })
}

export function createDeskPhone(desk: Desk) {
  const kind = ref<PhoneKind>(kept())
  const state = shallowRef<PhoneState>(OFF)
  const place = ref<Place>('asking')
  /** Why there are no credentials, in words. */
  const refusal = ref('')
  /** Somebody is about to begin his shift, or to try his microphone. */
  const wanted = ref(false)
  const devices = new Devices(localStorage, navigator.mediaDevices)
  const lists = shallowRef(devices.lists)
  let phone: Softphone | null = null
  let one: OnePhone | null = null
  let again: ReturnType<typeof setTimeout> | null = null
  let asking = false

  const onShift = computed(() => desk.me.value !== null && desk.me.value.status !== 'logged_out')
  const inUse = computed(() => kind.value === 'browser' && (wanted.value || onShift.value))
  const talking = computed(() => state.value.talk !== null && state.value.talk.phase !== 'ended')

  function later(): void {
    if (again) clearTimeout(again)
    again = setTimeout(() => void open(), AGAIN_MS)
  }

  async function credentials(): Promise<Awaited<ReturnType<typeof api.phone>> | null> {
    asking = true
    try {
      const account = await api.phone()
      refusal.value = ''
      return account
    } catch (failure) {
      refusal.value = sentence(failure)
      const willChange = failure instanceof api.ApiFailed && (failure.status === 0 || failure.status >= 500)
      if (willChange) later()
      return null
    } finally {
      asking = false
    }
  }

  /** Makes the phone, or gives the one that waits for it new credentials. */
  async function open(): Promise<void> {
    if (asking || place.value !== 'here') return
    const account = await credentials()
    if (!account) return
    if (phone) return phone.renew(account)
    const { Softphone } = await import('./phone/softphone')
    if (phone || !inUse.value || place.value !== ('here' as Place)) return
    phone = new Softphone(account, true, {
      microphone: () => devices.chosen('microphone'),
      speaker: () => speaker(devices.chosen('headset')),
    })
    phone.addEventListener('change', changed)
    phone.start()
  }

  function changed(): void {
    if (!phone) return
    const before = state.value.link
    state.value = phone.state
    if (phone.state.link === 'refused' && before !== 'refused') later()
  }

  function close(): void {
    if (again) clearTimeout(again)
    phone?.removeEventListener('change', changed)
    phone?.stop()
    phone = null
    state.value = OFF
  }

  function claim(): void {
    if (one) return
    one = new OnePhone(`cti.phone.${desk.session.login}`)
    one.addEventListener('change', placed)
    placed()
  }

  function placed(): void {
    place.value = one?.place ?? 'asking'
    if (place.value === 'here') void open()
    else close()
  }

  function release(): void {
    close()
    one?.close()
    one = null
    place.value = 'asking'
  }

  watch(inUse, (used) => (used ? claim() : release()))
  watch(talking, (is) => one?.setTalking(is))
  // Who is at work already has the phone that he began with, whatever this browser remembers.
  watch(
    () => (onShift.value ? desk.me.value?.phone : undefined),
    (his) => his && (kind.value = his),
    { immediate: true },
  )
  watch(
    () => leads({ me: desk.me.value, call: desk.myCall.value }) && desk.myCall.value?.muted,
    (muted, before) => muted !== before && phone?.setMuted(Boolean(muted)),
  )
  watch(
    () => QUIET_PHASES.includes(desk.myCall.value?.phase ?? ''),
    (quiet) => phone?.expectSilence(quiet),
  )
  // Who asked to listen a moment ago, here, is not asked again.
  watch(
    () => state.value.talk?.phase === 'ringing' && desk.state.value.monitoring?.heard === false,
    (asked) => asked && phone?.answer(),
  )
  // The window that leads decides on mute; here the server's own mute is still in force.
  watch(
    () => desk.link.value.is === 'replaced',
    (replaced) => replaced && phone?.setMuted(false),
  )
  devices.addEventListener('change', () => {
    lists.value = { ...devices.lists }
    phone?.useHeadset(devices.chosen('headset'))
    if (state.value.talk?.trouble) phone?.renewMicrophone()
  })
  void devices.refresh()

  return {
    kind,
    state,
    place,
    refusal,
    lists,
    inUse,
    talking,
    /** Remembered in this browser; not while at work, then it is the record's. */
    choose: (chosen: PhoneKind) => {
      localStorage.setItem(KEPT_AS, chosen)
      if (!onShift.value) kind.value = chosen
    },
    want: (on: boolean) => (wanted.value = on),
    take: () => one?.take(),
    /** Credentials anew: after a sign-in, or because somebody pressed a button. */
    renew: () => void open(),
    chosen: (use: Use) => devices.chosen(use),
    chooseDevice: (use: Use, id: string) => {
      devices.choose(use, id)
      if (use === 'microphone') phone?.renewMicrophone()
    },
    refreshDevices: () => devices.refresh(),
    call: (target: string) => void phone?.call(target),
    answer: () => phone?.answer(),
    hangUp: () => phone?.hangUp(),
    setMuted: (on: boolean) => phone?.setMuted(on),
    sendDigits: (digits: string) => phone?.sendDigits(digits),
    retryMicrophone: () => phone?.renewMicrophone(),
    /** True once it is registered. */
    ready: () => until(() => state.value.link === 'online'),
    /** True once the server's record says that his shift has begun. */
    begun: () => until(() => onShift.value),
    close: () => {
      release()
      devices.close()
    },
  }
}

export type DeskPhone = ReturnType<typeof createDeskPhone>

export const phoneKey: InjectionKey<DeskPhone> = Symbol('phone')

export function useDeskPhone(): DeskPhone {
  const phone = inject(phoneKey)
  if (!phone) throw new Error('useDeskPhone() outside a desk')
  return phone
}
