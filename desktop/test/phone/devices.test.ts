import { describe, expect, it, vi } from 'vitest'
import { asksToAnswer } from '../../src/phone/auto_answer'
import { domainOf, socketUrl } from '../../src/phone/account'
import { Devices, listed, playOn } from '../../src/phone/devices'
import { loudness } from '../../src/phone/meter'
import { openMicrophone, troubleOf } from '../../src/phone/microphone'
import { repaired } from '../../src/phone/sdp'

const device = (kind: string, deviceId: string, label = '') => ({ kind, deviceId, label }) as MediaDeviceInfo
const named = (name: string): Error => Object.assign(new Error(name), { name })

class Media extends EventTarget {
  devices = [device('audioinput', 'mic1', 'Headset'), device('audiooutput', 'out1', 'Headset'), device('audiooutput', 'out2', 'Speaker')]
  enumerateDevices = async (): Promise<MediaDeviceInfo[]> => this.devices
}

function kept(): Pick<Storage, 'getItem' | 'setItem'> {
  const values = new Map<string, string>()
  return { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value) }
}

describe('devices', () => {
  it('are listed by use, without the aliases of the browser', () => {
    const lists = listed([device('audioinput', 'default'), device('audioinput', 'mic1', 'USB'), device('audiooutput', 'out1')])
    expect(lists).toEqual({ microphone: [{ id: 'mic1', label: 'USB' }], headset: [{ id: 'out1', label: '' }], ring: [{ id: 'out1', label: '' }] })
  })

  it('chosen are remembered by the browser', async () => {
    const store = kept()
    const devices = new Devices(store, new Media())
    await devices.refresh()
    devices.choose('ring', 'out2')
    const again = new Devices(store, new Media())
    await again.refresh()
    expect(again.chosen('ring')).toBe('out2')
    expect(again.chosen('headset')).toBe('')
  })

  it('unplugged are not used, and used again when they come back', async () => {
    const media = new Media()
    const devices = new Devices(kept(), media)
    const told = vi.fn()
    devices.addEventListener('change', told)
    await devices.refresh()
    devices.choose('microphone', 'mic1')
    const [mic, ...rest] = media.devices
    media.devices = rest
    media.dispatchEvent(new Event('devicechange'))
    await Promise.resolve().then(() => undefined)
    expect(devices.chosen('microphone')).toBe('')
    media.devices = [mic as MediaDeviceInfo, ...rest]
    await devices.refresh()
    expect(devices.chosen('microphone')).toBe('mic1')
    expect(told).toHaveBeenCalled()
  })

  it('none are known where the page may not ask', async () => {
    const devices = new Devices(kept(), undefined)
    await devices.refresh()
    expect(devices.lists.microphone).toEqual([])
  })

  it('an output that is gone is no failure of the sound', async () => {
    await expect(playOn({ setSinkId: () => Promise.reject(named('NotFoundError')) }, 'gone')).resolves.toBe(false)
    await expect(playOn({}, 'any')).resolves.toBe(true)
  })
})

describe('the microphone', () => {
  it('says why it did not open', async () => {
    for (const [name, trouble] of [['NotAllowedError', 'denied'], ['NotFoundError', 'none'], ['NotReadableError', 'busy'], ['OddError', 'failed']]) {
      expect(troubleOf(named(name as string))).toBe(trouble)
    }
  })

  it('cannot be asked for on a page without a safe origin', async () => {
    vi.stubGlobal('navigator', {})
    expect(await openMicrophone('')).toEqual({ stream: null, trouble: 'insecure' })
    vi.unstubAllGlobals()
  })

  it('that was chosen and is not there gives way to the browser\'s own choice', async () => {
    const stream = {} as MediaStream
    const getUserMedia = vi.fn(async (asked?: MediaStreamConstraints) => {
      if (JSON.stringify(asked).includes('deviceId')) throw named('OverconstrainedError')
      return stream
    })
    expect(await openMicrophone('mic9', { getUserMedia })).toEqual({ stream, trouble: null })
    expect(getUserMedia).toHaveBeenCalledTimes(2)
  })

  it('denied is not asked for twice', async () => {
    const getUserMedia = vi.fn().mockRejectedValue(named('NotAllowedError'))
    expect(await openMicrophone('mic1', { getUserMedia })).toEqual({ stream: null, trouble: 'denied' })
    expect(getUserMedia).toHaveBeenCalledOnce()
  })

  it('has a level between silence and full scale', () => {
    expect(loudness(new Float32Array(4))).toBe(0)
    expect(loudness(new Float32Array([1, -1, 1, -1]))).toBe(1)
    expect(loudness(new Float32Array([0.1, -0.1]))).toBeCloseTo(1 - 20 / 60, 2)
  })
})

describe('addresses', () => {
  it('a domain of digits gets an ending, others stay', () => {
    expect(['sip:8001w@95518', 'sip:1@cti.example;transport=ws', 'sip:1@10.0.0.1:5060', 'sip:1@[::1]'].map(domainOf)).toEqual([
      '95518.invalid', 'cti.example', '10.0.0.1:5060', '[::1]',
    ])
  })

  it('the socket is on the page\'s own origin', () => {
    expect(socketUrl('/sip', { protocol: 'https:', host: 'a.example' })).toBe('wss://a.example/sip')
    expect(socketUrl('/sip?as=caller', { protocol: 'http:', host: 'localhost:1' })).toBe('ws://localhost:1/sip?as=caller')
  })

  it('hidden ones in an offer are repaired, shown ones stay', () => {
    const shown = 'c=IN IP4 10.0.0.5\r\na=candidate:1 1 udp 9 10.0.0.5 50000 typ host'
    expect(repaired(shown, '192.0.2.7')).toBe(shown)
    expect(repaired('o=- 1 2 IN IP4 127.0.0.1\r\nc=IN IP4 0.0.0.0\r\n', '192.0.2.7')).toBe('o=- 1 2 IN IP4 127.0.0.1\r\nc=IN IP4 192.0.2.7\r\n')
    expect(repaired('c=IN IP4 0.0.0.0', '2001:db8::1')).toBe('c=IN IP6 2001:db8::1')
    expect(repaired('c=IN IP4 0.0.0.0', '')).toBe('c=IN IP4 0.0.0.0')
  })
})

it('a call says in two ways that it wants to be answered', () => {
  const header = (name: string, value: string) => (asked: string) => (asked === name ? value : undefined)
  expect(asksToAnswer(header('Call-Info', '<sip:127.0.0.1>;answer-after=0'))).toBe(true)
  expect(asksToAnswer(header('Alert-Info', 'info=alert-autoanswer'))).toBe(true)
  expect(asksToAnswer(header('Call-Info', '<sip:127.0.0.1>;answer-after=10'))).toBe(false)
  expect(asksToAnswer(() => undefined)).toBe(false)
})
