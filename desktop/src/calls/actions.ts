/** What a call control does: the server's command, or the browser's own phone where that is nearer. */

import { computed } from 'vue'
import type { Desk } from '../desk'
import type { DeskPhone } from '../desk_phone'
import type { Command } from '../wire'
import { able, canRetrieve, leads, serverMutes, type Control, type Situation } from './controls'

/** A second press in the same moment must not end the next call. */
const HANG_UP_PAUSE_MS = 1500
const MOST_DIGITS = 32

/** What each control sends; while that is under way it rests. */
const COMMANDS: Partial<Record<Control, Command['cmd'][]>> = {
  answer: ['answerCall'],
  hold: ['holdCall', 'retrieveCall'],
  mute: ['setMute'],
  transfer: ['singleStepTransfer'],
  consult: ['consultationCall'],
  complete: ['transferCall'],
  reconnect: ['reconnectCall'],
  alternate: ['alternateCall'],
  conference: ['conferenceCall'],
  survey: ['transferToSurvey'],
  menu: ['sendToMenu'],
  record: ['pauseRecording', 'resumeRecording'],
  dial: ['makeCall'],
  hangUp: ['clearConnection'],
}

export function createActions(desk: Desk, phone: DeskPhone) {
  const situation = computed<Situation>(() => ({
    me: desk.me.value,
    call: desk.myCall.value,
    online: desk.online.value,
    phone: phone.inUse.value ? { link: phone.state.value.link, talk: phone.state.value.talk?.phase ?? null } : null,
    menuTasks: desk.options.value?.menuTasks?.length ?? 0,
  }))
  const can = computed(() => able(situation.value))
  const retrieves = computed(() => canRetrieve(desk.myCall.value))
  const leading = computed(() => leads(situation.value))
  const muted = computed(() => Boolean((leading.value && desk.myCall.value?.muted) || phone.state.value.talk?.muted))
  const paused = computed(() => Boolean(desk.myCall.value?.recordingPaused))
  let hungUpAt = Number.NEGATIVE_INFINITY
  let digitsLeft = ''

  const run = (command: Command): Promise<boolean> => desk.run(command)

  async function mute(): Promise<void> {
    const on = !muted.value
    // The own track at once; the server's mute is what others see, and what the recording follows.
    phone.setMuted(on)
    if (!serverMutes(situation.value)) return
    if (!(await run({ cmd: 'setMute', on }))) phone.setMuted(!on)
  }

  async function answer(): Promise<void> {
    if (phone.state.value.talk?.phase === 'ringing') phone.answer()
    else await run({ cmd: 'answerCall' })
  }

  async function hangUp(): Promise<void> {
    if (performance.now() - hungUpAt < HANG_UP_PAUSE_MS) return
    hungUpAt = performance.now()
    if (!desk.online.value || desk.me.value?.state === 'idle' || !desk.me.value) return phone.hangUp()
    await run({ cmd: 'clearConnection' })
  }

  /** Keys pressed while some are on their way go out after them, in one command. */
  async function sendDigits(): Promise<void> {
    while (digitsLeft) {
      const digits = digitsLeft.slice(0, MOST_DIGITS)
      digitsLeft = digitsLeft.slice(MOST_DIGITS)
      if (!(await run({ cmd: 'sendDigits', digits }))) digitsLeft = ''
    }
  }

  const acts: Partial<Record<Control, () => Promise<unknown>>> = {
    answer,
    hangUp,
    mute,
    hold: () => run({ cmd: retrieves.value ? 'retrieveCall' : 'holdCall' }),
    complete: () => run({ cmd: 'transferCall' }),
    reconnect: () => run({ cmd: 'reconnectCall' }),
    alternate: () => run({ cmd: 'alternateCall' }),
    conference: () => run({ cmd: 'conferenceCall' }),
    survey: () => run({ cmd: 'transferToSurvey' }),
    record: () => run({ cmd: paused.value ? 'resumeRecording' : 'pauseRecording' }),
  }

  return {
    can,
    /** Its command is under way. */
    busy: (control: Control): boolean => (COMMANDS[control] ?? []).some((cmd) => desk.busy.has(cmd)),
    retrieves,
    muted,
    paused,
    /** Does nothing where the control makes no sense now. */
    act: async (control: Control): Promise<void> => {
      if (can.value[control]) await acts[control]?.()
    },
    refuse: () => run({ cmd: 'clearConnection' }),
    digits: (digits: string) => {
      if (!leading.value || !desk.online.value) return phone.sendDigits(digits)
      const idle = !desk.busy.has('sendDigits')
      digitsLeft += digits
      if (idle) void sendDigits()
    },
  }
}

export type Actions = ReturnType<typeof createActions>
