/** A track without sound, for who has no microphone: he listens, and digits still go out. */

export interface Silence {
  stream: MediaStream
  stop(): void
}

export function silence(): Silence {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const source = context.createOscillator()
  const volume = context.createGain()
  volume.gain.value = 0
  source.connect(volume).connect(out)
  source.start()
  return {
    stream: out.stream,
    stop: () => {
      for (const track of out.stream.getTracks()) track.stop()
      void context.close()
    },
  }
}
