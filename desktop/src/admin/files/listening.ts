/** One sentence is heard at a time; whoever begins another ends the one before. */

import { ref } from 'vue'

export type Heard = 'quiet' | 'loading' | 'playing' | 'failed'
export type Sounding = Pick<HTMLAudioElement, 'src' | 'play' | 'pause' | 'onplaying' | 'onended' | 'onerror'>

export function createListening(address: (sound: string) => string, audio: Sounding = new Audio()) {
  const key = ref('')
  const state = ref<Heard>('quiet')
  let asked = 0

  function stop(): void {
    asked += 1
    audio.pause()
    key.value = ''
    state.value = 'quiet'
  }

  /** Play the sound on the button `of`; a second press ends it. */
  async function toggle(of: string, sound: string): Promise<void> {
    const again = key.value === of && state.value !== 'failed'
    stop()
    if (again) return
    const mine = asked
    key.value = of
    state.value = 'loading'
    audio.src = address(sound)
    await audio.play().catch(() => mine === asked && (state.value = 'failed'))
  }

  audio.onplaying = () => key.value && (state.value = 'playing')
  audio.onended = stop
  audio.onerror = () => key.value && (state.value = 'failed')

  return { key, state, toggle, stop, of: (one: string): Heard => (key.value === one ? state.value : 'quiet') }
}

export type Listening = ReturnType<typeof createListening>
