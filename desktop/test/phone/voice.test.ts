import { expect, it } from 'vitest'
import { Voice } from '../../src/phone/voice'
import { FakeStream } from './fakes'

it('tells the loudest moment since it was asked last, for whoever speaks makes pauses', async () => {
  let tell: (level: number) => void = () => undefined
  const stream = new FakeStream() as unknown as MediaStream
  const voice = new Voice({
    open: async () => ({ stream, trouble: null }),
    silence: () => ({ stream, stop: () => undefined }),
    watchLevel: (_, told) => {
      tell = told
      return () => undefined
    },
  })
  await voice.open('')
  for (const level of [0.2, 0.7, 0.1]) tell(level)
  expect([voice.takeLevel(), voice.takeLevel()]).toEqual([0.7, 0])
})
