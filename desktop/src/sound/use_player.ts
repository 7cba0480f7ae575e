/** One sound on a page: fetched when somebody wants to hear it, since each hearing is audited. */

import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { ApiFailed, failure as refusal } from '../api'
import { sentence } from '../toast'
import { nextSpeed, peaks, silences, skipTo } from './wave'

export type Side = 'both' | 'left' | 'right'

const LIMIT_MS = 60_000
const BARS_A_SECOND = 20
const MOST_BARS = 4000
/** Telephone sound; decoding to more would only cost memory. */
const HERTZ = 8000

async function fetched(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => {
    throw new ApiFailed(0, 'http.unreachable')
  })
  if (!response.ok) throw await refusal(response)
  return response.arrayBuffer()
}

export function usePlayer() {
  const audio = new Audio()
  const state = ref<'empty' | 'loading' | 'ready' | 'failed'>('empty')
  const failed = ref('')
  const playing = ref(false)
  const at = ref(0)
  const seconds = ref(0)
  const speed = ref(1)
  const side = ref<Side>('both')
  const skip = ref(false)
  const waves = shallowRef<Float32Array[]>([])
  const quiet = computed(() => silences(waves.value, seconds.value))
  let url = ''
  let context: AudioContext | null = null
  let gains: GainNode[] = []
  let count = 0

  function wire(): void {
    if (context) return
    context = new AudioContext()
    const splitter = context.createChannelSplitter(2)
    context.createMediaElementSource(audio).connect(splitter)
    gains = [0, 1].map((channel) => {
      const gain = (context as AudioContext).createGain()
      splitter.connect(gain, channel)
      gain.connect((context as AudioContext).destination)
      return gain
    })
  }

  function forget(): void {
    audio.pause()
    if (url) URL.revokeObjectURL(url)
    url = ''
    waves.value = []
    at.value = 0
    state.value = 'empty'
  }

  async function load(address: string): Promise<void> {
    forget()
    count += 1
    const mine = count
    state.value = 'loading'
    try {
      const bytes = await fetched(address)
      const decoded = await new OfflineAudioContext(2, 1, HERTZ).decodeAudioData(bytes.slice(0))
      if (mine !== count) return
      url = URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }))
      audio.src = url
      seconds.value = decoded.duration
      const bars = Math.min(MOST_BARS, Math.ceil(decoded.duration * BARS_A_SECOND))
      waves.value = Array.from({ length: decoded.numberOfChannels }, (_, i) => peaks(decoded.getChannelData(i), bars))
      state.value = 'ready'
      play()
    } catch (failure) {
      if (mine !== count) return
      failed.value = failure instanceof DOMException ? sentence(new ApiFailed(0, 'sound.unreadable')) : sentence(failure)
      state.value = 'failed'
    }
  }

  function play(): void {
    wire()
    void context?.resume()
    audio.playbackRate = speed.value
    audio.play().catch(() => (playing.value = false))
  }

  function seek(to: number): void {
    audio.currentTime = Math.min(seconds.value, Math.max(0, to))
    at.value = audio.currentTime
  }

  function setSide(to: Side): void {
    side.value = to
    wire()
    gains.forEach((gain, channel) => (gain.gain.value = to === 'both' || (to === 'left') === (channel === 0) ? 1 : 0))
  }

  function setSpeed(to: number): void {
    speed.value = to
    audio.playbackRate = to
  }

  audio.onplay = () => (playing.value = true)
  audio.onpause = () => (playing.value = false)
  audio.ontimeupdate = () => {
    at.value = audio.currentTime
    const to = skip.value && !audio.paused ? skipTo(audio.currentTime, quiet.value) : null
    if (to !== null) audio.currentTime = to
  }
  onBeforeUnmount(() => {
    count += 1
    forget()
    void context?.close()
  })

  return {
    state, failed, playing, at, seconds, speed, side, skip, waves, quiet,
    load, forget, seek, setSide, setSpeed,
    faster: (by: 1 | -1) => setSpeed(nextSpeed(speed.value, by)),
    toggle: () => (audio.paused ? play() : audio.pause()),
  }
}

export type Player = ReturnType<typeof usePlayer>
