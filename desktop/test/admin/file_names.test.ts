import { describe, expect, it } from 'vitest'
import { firstText, mayGo, newPath } from '../../src/admin/files/names'

describe('files of a draft that come and go', () => {
  it('are menus and flow tests, never the opening hours, settings or prompts', () => {
    expect(['dialplan/95518.yaml', 'dialplan/tests/motor.yaml'].map(mayGo)).toEqual([true, true])
    expect(['dialplan/hours.yaml', 'config/queues.yaml', 'prompts/catalogue.yaml'].map(mayGo)).toEqual([false, false, false])
  })

  it('lie in the folder of their kind, with or without the ending typed', () => {
    expect(newPath('dialplan', 'snow', [])).toEqual({ path: 'dialplan/snow.yaml' })
    expect(newPath('tests', 'snow.yaml', [])).toEqual({ path: 'dialplan/tests/snow.yaml' })
  })

  it.each(['', '../a', 'a/b', '雪', '-a', 'a b', 'x'.repeat(62)])('have no name like %j', (name) => {
    expect(newPath('dialplan', name, [])).toEqual({ why: 'form' })
  })

  it('are not made twice', () => {
    expect(newPath('tests', 'motor', ['dialplan/tests/motor.yaml'])).toEqual({ why: 'taken' })
  })

  it('begin with what can be read', () => {
    expect(firstText('dialplan/snow.yaml')).toContain('tree: snow\n')
    expect(firstText('dialplan/tests/snow.yaml')).toContain('flows:\n  - name: snow\n')
  })
})
