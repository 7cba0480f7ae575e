import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { OnePhone } from '../../src/phone/one_phone'

/** One browser: a lock with a queue that can be stolen, and a channel between windows. */
class Browser {
  private holder: { reject: (why: Error) => void } | null = null
  private queue: (() => void)[] = []
  private channels = new Set<{ onmessage: ((message: MessageEvent) => void) | null }>()

  request = ((_: string, how: LockOptions, work: () => Promise<void>) =>
    new Promise<void>((resolve, reject) => {
      const grant = (): void => {
        const me = { reject }
        this.holder = me
        void work().then(() => {
          if (this.holder === me) this.free()
          resolve()
        })
      }
      how.signal?.addEventListener('abort', () => {
        this.queue = this.queue.filter((one) => one !== grant)
        reject(new Error('AbortError'))
      })
      if (how.steal) {
        this.holder?.reject(new Error('AbortError'))
        grant()
      } else if (this.holder) this.queue.push(grant)
      else grant()
    })) as LockManager['request']

  open = () => {
    const channel = {
      onmessage: null as ((message: MessageEvent) => void) | null,
      close: () => void this.channels.delete(channel),
      postMessage: (data: unknown) => {
        for (const other of this.channels) if (other !== channel) other.onmessage?.({ data } as MessageEvent)
      },
    }
    this.channels.add(channel)
    return channel
  }

  window = (): OnePhone => new OnePhone('cti.phone', { request: this.request }, this.open)

  private free(): void {
    this.holder = null
    this.queue.shift()?.()
  }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 6; i += 1) await Promise.resolve()
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('of two windows', () => {
  async function two() {
    const browser = new Browser()
    const first = browser.window()
    const second = browser.window()
    vi.advanceTimersByTime(600)
    await settled()
    return { first, second }
  }

  it('the first has the phone, the second says that it is elsewhere', async () => {
    const { first, second } = await two()
    expect([first.place, second.place]).toEqual(['here', 'elsewhere'])
  })

  it('the second takes it only when told to', async () => {
    const { first, second } = await two()
    const told = vi.fn()
    first.addEventListener('change', told)
    second.take()
    await settled()
    expect([first.place, second.place]).toEqual(['elsewhere', 'here'])
    expect(told).toHaveBeenCalled()
  })

  it('the second knows whether a talk is on in the first', async () => {
    const { first, second } = await two()
    first.setTalking(true)
    expect(second.place).toBe('elsewhereTalking')
    first.setTalking(false)
    expect(second.place).toBe('elsewhere')
  })

  it('the second gets it when the first closes', async () => {
    const { first, second } = await two()
    first.close()
    await settled()
    expect(second.place).toBe('here')
  })

  it('it can go to and fro', async () => {
    const { first, second } = await two()
    second.take()
    await settled()
    first.take()
    await settled()
    expect([first.place, second.place]).toEqual(['here', 'elsewhere'])
  })
})

it('a window that comes in the middle of a talk learns of it', async () => {
  const browser = new Browser()
  const first = browser.window()
  await settled()
  first.setTalking(true)
  const late = browser.window()
  vi.advanceTimersByTime(600)
  expect(late.place).toBe('elsewhereTalking')
})

it('a reload that follows at once is no second window', async () => {
  const browser = new Browser()
  const before = browser.window()
  await settled()
  const after = browser.window()
  before.close()
  await settled()
  expect(after.place).toBe('here')
})

it('a browser without locks has the phone here', () => {
  vi.stubGlobal('navigator', {})
  const { open } = new Browser()
  expect(new OnePhone('cti.phone', undefined, open).place).toBe('here')
  vi.unstubAllGlobals()
})
