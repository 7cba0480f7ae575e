// A phone without any looks, for tests of the server: what it hears is counted, what it says is a tone.
import JsSIP from 'jssip'

const state = { events: [], words: [], session: null, closed: null, tones: [] }
window.phone = state

const note = (name, more = {}) => state.events.push({ name, ...more })

function tone(hz) {
  const context = new AudioContext()
  const source = context.createOscillator()
  const out = context.createMediaStreamDestination()
  source.frequency.value = hz
  source.connect(out)
  source.start()
  // What nobody holds is thrown away while it sounds.
  state.tones.push([context, source, out])
  return out.stream
}

function follow(session, address) {
  state.session = session
  let patience
  session.on('icecandidate', (event) => {
    clearTimeout(patience)
    patience = setTimeout(event.ready, 200)
  })
  // Without a microphone's permission Chromium hides this machine's addresses.
  session.on('sdp', (event) => {
    if (event.originator !== 'local') return
    event.sdp = event.sdp
      .replace(/[\w-]+\.local(?= )/g, address)
      .replace(/^c=IN IP4 0\.0\.0\.0/gm, `c=IN IP4 ${address}`)
  })
  const listen = (connection) =>
    connection.addEventListener('track', ({ track }) => {
      const sound = new Audio()
      sound.srcObject = new MediaStream([track])
      void sound.play()
    })
  // A call of one's own has its connection already.
  if (session.connection) listen(session.connection)
  else session.on('peerconnection', ({ peerconnection }) => listen(peerconnection))
  for (const name of ['progress', 'accepted', 'confirmed', 'ended', 'failed'])
    session.on(name, (event) => note(name, { cause: event?.cause }))
}

state.start = (account, hz, register) => {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new JsSIP.WebSocketInterface(`${scheme}://${location.host}${account.socket}`)
  const agent = new JsSIP.UA({
    sockets: [socket],
    uri: account.uri.replace(/@\d+$/, '$&.invalid'),
    password: account.password,
    realm: account.realm,
    register,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
  })
  for (const name of ['connected', 'registered', 'registrationFailed'])
    agent.on(name, (event) => note(name, { cause: event?.cause }))
  agent.on('disconnected', (event) => note('disconnected', { code: event?.code, reason: event?.reason }))
  agent.on('newRTCSession', ({ session, originator }) => {
    follow(session, account.address)
    if (originator === 'remote') {
      note('ringing', { from: session.remote_identity.uri.user })
      setTimeout(() => session.answer({ mediaStream: tone(hz) }), 300)
    }
  })
  state.cut = () => agent.transport.socket._ws.close(4000)
  state.dial = (number, extraHeaders) =>
    void agent.call(`sip:${number}@95518.invalid`, { mediaStream: tone(hz), extraHeaders })
  agent.start()
}

state.press = (keys) =>
  state.session.sendDTMF(keys, { transportType: 'RFC2833', duration: 120, interToneGap: 100 })

const heard = async () => {
  let energy = 0
  for (const each of (await state.session.connection.getStats()).values())
    if (each.type === 'inbound-rtp' && each.kind === 'audio') energy = each.totalAudioEnergy ?? 0
  return energy
}

/** More sound comes than until now. */
state.untilHeard = async () => {
  const before = await heard()
  while ((await heard()) <= before + 0.001) await new Promise((resolve) => setTimeout(resolve, 100))
}

state.readAlong = (token) => {
  const socket = new WebSocket(`ws://${location.host}/ws/caller`)
  socket.onopen = () => socket.send(JSON.stringify({ token }))
  socket.onmessage = ({ data }) => state.words.push(JSON.parse(data))
  socket.onclose = ({ code }) => (state.closed = code)
}

/** A WebSocket that speaks no JsSIP: sends one text, tells how it was closed. */
state.raw = (path, text) =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}${path}`, 'sip')
    socket.onopen = () => socket.send(text)
    socket.onclose = ({ code, reason }) => resolve([code, reason])
  })
