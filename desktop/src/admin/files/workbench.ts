/** The draft as the page has it: its files, what the check and the flow tests say, what is not as in force. */

import { computed, reactive, ref, shallowRef } from 'vue'
import { ApiFailed } from '../../api'
import * as api from '../api'
import { useAsking } from '../asking'
import type { Checked, Difference, Draft, Finding, TestRun, Versions } from '../wire'
import type { Schema } from './schema'

const POLL_MS = 500

export function createWorkbench() {
  const { busy, failure, ask } = useAsking()
  const draft = shallowRef<Draft | null>(null)
  /** Asked, and there is none. */
  const none = ref(false)
  const checked = shallowRef<Checked | null>(null)
  const run = shallowRef<TestRun | null>(null)
  const diff = shallowRef<Difference | null>(null)
  const versions = shallowRef<Versions | null>(null)
  /** Findings that a refusal brought along. */
  const refused = shallowRef<Finding[]>([])
  const schemas = reactive(new Map<string, Schema>())
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function load(): Promise<void> {
    await ask(async () => {
      try {
        draft.value = await api.draft()
        none.value = false
      } catch (thrown) {
        if (!(thrown instanceof ApiFailed && thrown.code === 'admin.no_draft')) throw thrown
        draft.value = null
        none.value = true
      }
    })
  }

  /** The list of files anew, quietly: what was typed matters more than it. */
  async function refresh(): Promise<void> {
    draft.value = await api.draft().catch(() => draft.value)
  }

  const changedNothing = (): void => {
    checked.value = null
    diff.value = null
    refused.value = []
  }

  /** The findings that a refusal brings along are shown with the others. */
  const minding = <T>(work: () => Promise<T>) => async (): Promise<T> => {
    refused.value = []
    try {
      return await work()
    } catch (thrown) {
      if (thrown instanceof ApiFailed && Array.isArray(thrown.body.findings)) refused.value = thrown.body.findings as Finding[]
      throw thrown
    }
  }

  async function begin(from: 'current' | 'folder' | number, replace: boolean): Promise<boolean> {
    const found = await ask(minding(() => api.beginDraft(from, replace)))
    if (!found) return false
    changedNothing()
    run.value = null
    draft.value = found
    none.value = false
    return true
  }

  async function drop(): Promise<void> {
    if ((await ask(async () => (await api.dropDraft(), true))) === null) return
    changedNothing()
    draft.value = null
    none.value = true
  }

  async function check(): Promise<void> {
    const found = await ask(api.check)
    if (found) [checked.value, refused.value] = [found, []]
  }

  async function test(only = ''): Promise<void> {
    const found = await ask(() => api.startTests(only))
    if (found) follow(found)
  }

  function follow(found: TestRun): void {
    clearTimeout(timer)
    run.value = found
    if (found.state === 'running' && !closed) timer = setTimeout(() => void again(), POLL_MS)
  }

  /** An answer that does not come is asked for again: the tests go on at the server. */
  async function again(): Promise<void> {
    follow(await api.testRun().catch(() => run.value as TestRun))
  }

  async function stop(): Promise<void> {
    await ask(api.stopTests)
    await again()
  }

  async function compare(against: string): Promise<void> {
    const found = await ask(() => api.difference(against))
    if (found) diff.value = found
  }

  async function loadVersions(): Promise<void> {
    const found = await ask(api.versions)
    if (found) versions.value = found
  }

  /** Something that changes what is in force. */
  async function change<T>(work: () => Promise<T>): Promise<T | null> {
    const found = await ask(minding(work))
    if (found !== null) diff.value = null
    await Promise.all([refresh(), api.versions().then((it) => (versions.value = it), () => null)])
    return found
  }

  async function schemaFor(name: string | null): Promise<Schema | null> {
    if (!name) return null
    if (!schemas.has(name)) {
      const found = await api.schema(name).catch(() => null)
      if (found) schemas.set(name, found as Schema)
    }
    return schemas.get(name) ?? null
  }

  return {
    busy, failure, draft, none, checked, run, diff, versions, refused,
    findings: computed(() => (refused.value.length ? refused.value : (checked.value?.findings ?? []))),
    configChanged: computed(() => (draft.value?.files ?? []).filter((it) => it.changed && ['config', 'rules'].includes(it.area))),
    load, refresh, begin, drop, check, test, again, stop, compare, loadVersions, change, schemaFor,
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

export type Workbench = ReturnType<typeof createWorkbench>
