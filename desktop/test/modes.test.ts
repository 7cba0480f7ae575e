import { expect, it } from 'vitest'
import type { Mode } from '../src/api'
import { modesOn } from '../src/state'
import { AT } from './samples'

const mode = (name: string, until: string | null): Mode => ({
  name,
  label: { zh: name, en: name },
  longestH: 12,
  on: until === null ? null : { since: AT, until, by: '2001', reason: 'x' },
})

it('shows the modes that are on, the one that ends first in front', () => {
  const modes = [mode('night', '2026-11-22T09:00:00Z'), mode('peak', null), mode('disaster', '2026-11-22T12:00:00+08:00')]
  expect(modesOn(modes).map((it) => it.name)).toEqual(['disaster', 'night'])
})
