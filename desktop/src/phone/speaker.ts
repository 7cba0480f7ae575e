/** Plays what the other end says, on the chosen headset. */

import { playOn } from './devices'

export interface Speaker {
  play(stream: MediaStream): void
  use(deviceId: string): void
  stop(): void
}

export function speaker(deviceId: string): Speaker {
  const audio = new Audio()
  audio.autoplay = true
  void playOn(audio, deviceId)
  return {
    play: (stream) => {
      audio.srcObject = stream
      // A browser that waits for a gesture starts the element itself after the next one.
      void audio.play().catch(() => undefined)
    },
    use: (id) => void playOn(audio, id),
    stop: () => {
      audio.pause()
      audio.srcObject = null
    },
  }
}
