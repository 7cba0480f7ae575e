/** The ring tone. Browsers keep audio shut until a click or a key, so `unlock` is called by the first one. */

import { playOn } from './phone/devices'

let context: AudioContext | null = null
let timer: ReturnType<typeof setInterval> | null = null

export function unlock(): void {
  context ??= new AudioContext()
  if (context.state === 'suspended') void context.resume().catch(() => undefined)
}

function beep(at: AudioContext, start: number, hertz: number): void {
  const tone = at.createOscillator()
  const volume = at.createGain()
  tone.frequency.value = hertz
  volume.gain.setValueAtTime(0, start)
  volume.gain.linearRampToValueAtTime(0.18, start + 0.03)
  volume.gain.setValueAtTime(0.18, start + 0.32)
  volume.gain.linearRampToValueAtTime(0, start + 0.38)
  tone.connect(volume).connect(at.destination)
  tone.start(start)
  tone.stop(start + 0.4)
}

function chime(): void {
  if (context?.state !== 'running') return
  beep(context, context.currentTime, 784)
  beep(context, context.currentTime + 0.45, 988)
}

/** Once, to hear whether the chosen output is the right one. */
export function tryRing(deviceId: string): void {
  unlock()
  if (context) void playOn(context, deviceId).then(chime)
}

/** On this output; '' is the browser's own choice. */
export function startRinging(deviceId = ''): void {
  if (timer) return
  unlock()
  if (context) void playOn(context, deviceId)
  chime()
  timer = setInterval(chime, 2000)
}

export function stopRinging(): void {
  if (timer) clearInterval(timer)
  timer = null
}
