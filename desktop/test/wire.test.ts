import { expect, it } from 'vitest'
import { parse } from '../src/wire'

it('tells frames from answers', () => {
  expect(parse('{"type":"queued","id":"1-0"}')).toEqual({ frame: { type: 'queued', id: '1-0' } })
  expect(parse('{"ref":"1","ok":true}')).toEqual({ answer: { ref: '1', ok: true } })
})

it('passes over what is neither', () => {
  expect(['', '{', '42', 'null', '[]', '{"type":7}'].map(parse)).toEqual([null, null, null, null, null, null])
})
