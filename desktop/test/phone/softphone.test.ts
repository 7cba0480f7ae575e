import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Opened } from '../../src/phone/microphone'
import { Softphone } from '../../src/phone/softphone'
import { account, FakeStream, FakeTrack, FakeUa, surroundings } from './fakes'

const page = new EventTarget()
const settled = async (): Promise<void> => {
  for (let i = 0; i < 24; i += 1) await Promise.resolve()
}

function online(opened?: () => Opened, register = true) {
  const around = surroundings(opened)
  const phone = new Softphone(account, register, around.parts)
  phone.start()
  FakeUa.last.emit(register ? 'registered' : 'connected', {})
  return { phone, ua: FakeUa.last, ...around }
}

async function talking(opened?: () => Opened) {
  const all = online(opened)
  const session = all.ua.rings({ 'Call-Info': '<sip:127.0.0.1>;answer-after=0' })
  await settled()
  return { ...all, session }
}

beforeEach(() => {
  vi.stubGlobal('location', { protocol: 'http:', host: 'cti.example' })
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('registration', () => {
  it('is for the endpoint, whose domain of digits is made a host name', () => {
    const { ua, phone } = online()
    expect(ua.configuration).toMatchObject({ uri: 'sip:8001w@95518.invalid', register: true, password: 'secret', session_timers: false })
    expect(ua.configuration.contact_uri).toMatch(/^sip:8001w@/)
    expect(phone.state.link).toBe('online')
  })

  it('refused waits for other credentials, and takes them', () => {
    const { ua, phone } = online()
    ua.emit('registrationFailed', { response: { status_code: 403 } })
    expect(phone.state.link).toBe('refused')
    ua.connected = true
    phone.renew({ ...account, password: 'fresh' })
    expect(ua.set).toHaveBeenCalledWith('password', 'fresh')
    expect(ua.register).toHaveBeenCalledOnce()
  })

  it('that fails for another reason is tried again by itself', () => {
    vi.useFakeTimers()
    const { ua, phone } = online()
    ua.connected = true
    ua.emit('registrationFailed', { response: { status_code: 503 } })
    expect(phone.state.link).toBe('away')
    vi.advanceTimersByTime(3_000)
    expect(ua.register).toHaveBeenCalledOnce()
  })

  it('is none for a phone that only dials', () => {
    const { ua, phone } = online(undefined, false)
    expect(ua.configuration.register).toBe(false)
    expect(phone.state.link).toBe('online')
  })
})

describe('an incoming call', () => {
  it('rings until it is answered', async () => {
    const { phone, ua } = online()
    const session = ua.rings()
    expect(phone.state.talk).toMatchObject({ phase: 'ringing', from: '13800001234', direction: 'in' })
    phone.answer()
    await settled()
    expect(session.answered).not.toBeNull()
    expect(phone.state.talk?.phase).toBe('talking')
  })

  it('that asks for it is answered at once', async () => {
    const { phone } = await talking()
    expect(phone.state.talk?.phase).toBe('talking')
  })

  it('while another goes on is busy', async () => {
    const { ua } = await talking()
    expect(ua.rings().terminate).toHaveBeenCalledWith({ status_code: 486 })
  })

  it('given up before the microphone opens is not answered', async () => {
    const { phone, ua } = online()
    const session = ua.rings()
    phone.answer()
    session.end('Canceled')
    await settled()
    expect(session.answered).toBeNull()
    expect(phone.state.talk).toMatchObject({ phase: 'ended', cause: 'Canceled' })
  })

  it('not wanted is refused as busy', () => {
    const { phone, ua } = online()
    const session = ua.rings()
    phone.hangUp()
    expect(session.terminate).toHaveBeenCalledWith({ status_code: 486 })
  })
})

describe('without a microphone', () => {
  const denied = (): Opened => ({ stream: null, trouble: 'denied' })

  it('silence is sent, and the reason is told', async () => {
    const { session, phone, silent } = await talking(denied)
    expect(session.answered?.mediaStream).toBe(silent)
    expect(phone.state.talk?.trouble).toBe('denied')
  })

  it('the offer says the address that the browser hid', async () => {
    const { session } = await talking(denied)
    const offer = { originator: 'local', sdp: 'c=IN IP4 0.0.0.0\r\na=candidate:1 1 udp 9 0a1b-2c.local 50000 typ host' }
    session.emit('sdp', offer)
    expect(offer.sdp).toBe('c=IN IP4 192.0.2.7\r\na=candidate:1 1 udp 9 192.0.2.7 50000 typ host')
  })

  it('that waits for the person\'s word is answered in silence, and used when he gives it', async () => {
    vi.useFakeTimers()
    let allow: (opened: Opened) => void = () => undefined
    const around = surroundings()
    const asked = new Promise<Opened>((resolve) => (allow = resolve))
    const answers = [asked, Promise.resolve<Opened>({ stream: new FakeStream() as never, trouble: null })]
    around.parts.voice.open = () => answers.shift() as Promise<Opened>
    const phone = new Softphone(account, true, around.parts)
    phone.start()
    const session = FakeUa.last.rings()
    phone.answer()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(session.answered?.mediaStream).toBe(around.silent)
    expect(phone.state.talk?.trouble).toBe('asked')
    allow({ stream: new FakeStream() as never, trouble: null })
    await vi.advanceTimersByTimeAsync(10)
    expect(phone.state.talk?.trouble).toBeNull()
    phone.hangUp()
  })

  it('that comes back in mid-call the talk goes on with it', async () => {
    let there = false
    const stream = new FakeStream()
    const { session, phone } = await talking(() => (there ? { stream: stream as never, trouble: null } : denied()))
    there = true
    phone.renewMicrophone()
    await settled()
    expect(session.connection.sender.replaceTrack).toHaveBeenCalledWith(stream.track)
    expect(phone.state.talk?.trouble).toBeNull()
  })
})

describe('in a talk', () => {
  it('mute closes the own track and nothing else', async () => {
    const { session, phone } = await talking()
    const { track } = session.answered?.mediaStream as FakeStream
    phone.setMuted(true)
    expect(track.enabled).toBe(false)
    phone.setMuted(false)
    expect(track.enabled).toBe(true)
  })

  it('digits go out as RFC 4733 with short gaps', async () => {
    const { session, phone } = await talking()
    phone.sendDigits('12#')
    expect(session.sendDTMF).toHaveBeenCalledWith('12#', { transportType: 'RFC2833', duration: 100, interToneGap: 70 })
  })

  it('an unplugged microphone is replaced, still muted', async () => {
    const streams = [new FakeStream(), new FakeStream()]
    const [first, second] = streams as [FakeStream, FakeStream]
    const { session, phone } = await talking(() => ({ stream: streams.shift() as never, trouble: null }))
    phone.setMuted(true)
    first.track.dispatchEvent(new Event('ended'))
    await settled()
    expect(session.connection.sender.track).toBe(second.track)
    expect(second.track.enabled).toBe(false)
    expect(phone.state.talk?.trouble).toBeNull()
  })

  it('an unplugged microphone without another one leaves listening', async () => {
    const first = new FakeStream()
    let there = true
    const { session, phone, silent } = await talking(() =>
      there ? { stream: first as never, trouble: null } : { stream: null, trouble: 'none' },
    )
    there = false
    first.track.dispatchEvent(new Event('ended'))
    await settled()
    expect(session.connection.sender.track).toBe(silent.track)
    expect(phone.state.talk?.trouble).toBe('gone')
  })

  it('the line to the server may go: the talk stays', async () => {
    const { phone, ua } = await talking()
    ua.emit('disconnected', { error: true, code: 1006 })
    ua.emit('registrationFailed', { response: null })
    expect(phone.state).toMatchObject({ link: 'away', talk: { phase: 'talking' } })
    ua.emit('registered', {})
    expect(phone.state).toMatchObject({ link: 'online', talk: { phase: 'talking' } })
  })

  it('leaving the page ends it, and says that nobody hung up', async () => {
    const { session } = await talking()
    page.dispatchEvent(new Event('pagehide'))
    expect(session.terminate).toHaveBeenCalledExactlyOnceWith({ extraHeaders: [expect.stringMatching(/^Reason: Q\.850;cause=41/)] })
  })

  it('its end stops the microphone and the headset', async () => {
    const { session, speaker } = await talking()
    const { track } = session.answered?.mediaStream as FakeStream
    session.connection.dispatchEvent(Object.assign(new Event('track'), { streams: [new FakeStream()], track: new FakeTrack() }))
    expect(speaker.play).toHaveBeenCalledOnce()
    session.end('Terminated')
    expect(track.stopped).toBe(true)
    expect(speaker.stop).toHaveBeenCalledOnce()
  })
})

describe('dialling', () => {
  it('calls with the microphone and the headers given', async () => {
    const { phone, ua } = online(undefined, false)
    await phone.call('95518', ['P-Asserted-Identity: <sip:13997000002@95518>'])
    expect(ua.called[0]).toMatchObject({ target: 'sip:95518@95518.invalid', options: { extraHeaders: ['P-Asserted-Identity: <sip:13997000002@95518>'] } })
    ua.called[0]?.session.emit('confirmed')
    expect(phone.state.talk).toMatchObject({ phase: 'talking', direction: 'out' })
  })

  it('given up before the microphone opens calls nobody', async () => {
    const { phone, ua } = online(undefined, false)
    const dialling = phone.call('95518')
    phone.hangUp()
    await dialling
    expect(ua.called).toEqual([])
    expect(phone.state.talk?.phase).toBe('ended')
  })
})

describe('a line that was lost and is back', () => {
  it('tells the other end of a talk where this phone is now', async () => {
    const { ua, session } = await talking()
    expect(session.sendRequest).not.toHaveBeenCalled()
    ua.emit('registered', {})
    expect(session.sendRequest).toHaveBeenCalledExactlyOnceWith('UPDATE', expect.objectContaining({ extraHeaders: [`Contact: ${session.contact}`] }))
    expect(session.over).toBe(false)
  })

  it('ends a talk that the other end knows no more', async () => {
    const { ua, phone, session } = await talking()
    ua.emit('registered', {})
    session.sendRequest.mock.calls[0]?.[1].eventHandlers.onDialogError()
    expect(phone.state.talk?.phase ?? 'ended').toBe('ended')
    ua.rings()
    expect(phone.state.talk?.phase).toBe('ringing')
  })

  it('says nothing for a call that only rings', () => {
    const { ua } = online()
    const session = ua.rings()
    ua.emit('registered', {})
    expect(session.sendRequest).not.toHaveBeenCalled()
  })
})
