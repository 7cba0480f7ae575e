/** How loud a microphone is, 0 to 1, some ten times a second. */

const EVERY_MS = 100
const FLOOR_DB = -60

/** The loudness of samples (-1 to 1) on a scale of decibels: 0 is -60 dBFS and below, 1 is full scale. */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  const db = rms > 0 ? 20 * Math.log10(rms) : FLOOR_DB
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB))
}

/** Tells the level until the returned function is called; the stream itself is left alone. */
export function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    tell(loudness(samples))
  }, EVERY_MS)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}
