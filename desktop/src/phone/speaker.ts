/** Plays what the other end says, on the chosen headset. */

import { playOn } from './devices'

export interface Speaker {
  play(stream: MediaStream): void
  use(deviceId: string): void
  stop(): void
}

/** Browsers keep a page silent until it is touched; a page that uses the microphone is exempt. */
function afterGesture(act: () => void): void {
  for (const gesture of ['pointerdown', 'keydown']) window.addEventListener(gesture, act, { once: true })
}

export function speaker(deviceId: string): Speaker {
  const audio = new Audio()
  audio.autoplay = true
  void playOn(audio, deviceId)
  return {
    play: (stream) => {
      audio.srcObject = stream
      void audio.play().catch(() => afterGesture(() => void audio.play().catch(() => undefined)))
    },
    use: (id) => void playOn(audio, id),
    stop: () => {
      audio.pause()
      audio.srcObject = null
    },
  }
}
