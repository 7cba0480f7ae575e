/** The one WebSocket to the server: resumes where it was, backs off, and gives every command its answer. */

import { parse, type Answer, type Command, type Frame } from './wire'

export type Link =
  | { is: 'connecting' }
  | { is: 'online' }
  | { is: 'waiting'; retryAt: number }
  | { is: 'replaced' }
  | { is: 'closed' }

export interface SocketHooks {
  frame(frame: Frame): void
  link(link: Link): void
  signedOut(): void
  lastId(): string | null
}

/** The server said no, did not answer in time, or could not be asked. */
export class CommandFailed extends Error {
  constructor(
    readonly code: string,
    message = '',
  ) {
    super(message)
  }
}

interface Waiter {
  text: string
  resolve(): void
  reject(failure: CommandFailed): void
  timer: ReturnType<typeof setTimeout>
}

const ANSWER_LIMIT_MS = 8_000
const SILENCE_LIMIT_MS = 30_000
const PING_EVERY_MS = 12_000
const BACK_OFF_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 10_000]
const CLOSE_SIGNED_OUT = 4401
const CLOSE_REPLACED = 4009

export class DeskSocket {
  private ws: WebSocket | null = null
  private tries = 0
  private count = 0
  private lastHeard = 0
  private ready = false
  private resumeRef = ''
  private retry: ReturnType<typeof setTimeout> | null = null
  private pulse: ReturnType<typeof setInterval> | null = null
  private readonly waiters = new Map<string, Waiter>()
  /** Refs are unique over reloads, for the server answers a repeated one without doing it again. */
  private readonly prefix = crypto.getRandomValues(new Uint32Array(2)).join('').slice(0, 12)

  constructor(
    private readonly url: () => string,
    private readonly hooks: SocketHooks,
  ) {}

  connect(): void {
    this.forget()
    this.hooks.link({ is: 'connecting' })
    const ws = new WebSocket(this.url())
    this.ws = ws
    ws.onopen = () => this.opened(ws)
    ws.onmessage = (message) => {
      if (this.ws === ws) this.heard(String(message.data))
    }
    ws.onclose = (gone) => {
      if (this.ws === ws) this.lost(gone.code)
    }
  }

  close(): void {
    this.forget()
    for (const ref of [...this.waiters.keys()]) this.settle({ ref, ok: false, code: 'desk.offline' })
    this.hooks.link({ is: 'closed' })
  }

  /** Resolves when the server did it; rejects with CommandFailed. */
  send(command: Command): Promise<void> {
    if (!this.ready) return Promise.reject(new CommandFailed('desk.offline'))
    const ref = this.nextRef()
    return new Promise((resolve, reject) => {
      const text = JSON.stringify({ ...command, ref })
      const timer = setTimeout(() => this.settle({ ref, ok: false, code: 'desk.noAnswer' }), ANSWER_LIMIT_MS)
      this.waiters.set(ref, { text, resolve, reject, timer })
      this.ws?.send(text)
    })
  }

  private nextRef(): string {
    this.count += 1
    return `${this.prefix}-${this.count}`
  }

  private forget(): void {
    if (this.retry) clearTimeout(this.retry)
    if (this.pulse) clearInterval(this.pulse)
    this.retry = this.pulse = null
    this.ready = false
    const old = this.ws
    this.ws = null
    old?.close()
  }

  private opened(ws: WebSocket): void {
    this.lastHeard = Date.now()
    this.pulse = setInterval(() => this.beat(), PING_EVERY_MS)
    this.resumeRef = this.nextRef()
    ws.send(JSON.stringify({ cmd: 'resume', ref: this.resumeRef, after: this.hooks.lastId() }))
  }

  private beat(): void {
    if (Date.now() - this.lastHeard > SILENCE_LIMIT_MS) this.lost(0)
    else this.ws?.send(JSON.stringify({ cmd: 'ping', ref: this.nextRef() }))
  }

  private heard(text: string): void {
    this.lastHeard = Date.now()
    const message = parse(text)
    if (message === null) return
    if ('answer' in message) return this.settle(message.answer)
    this.hooks.frame(message.frame)
    if (message.frame.type === 'snapshot' || message.frame.type === 'resumed') this.caughtUp()
  }

  /** Commands without an answer go out once more under their old refs: the server does none twice. */
  private caughtUp(): void {
    this.tries = 0
    if (!this.ready) for (const waiter of this.waiters.values()) this.ws?.send(waiter.text)
    this.ready = true
    this.hooks.link({ is: 'online' })
  }

  private settle(answer: Answer): void {
    if (answer.ref === this.resumeRef && !answer.ok) return this.lost(0)
    const waiter = this.waiters.get(answer.ref)
    if (!waiter) return
    this.waiters.delete(answer.ref)
    clearTimeout(waiter.timer)
    if (answer.ok) waiter.resolve()
    else waiter.reject(new CommandFailed(answer.code ?? 'desk.refused', answer.message))
  }

  private lost(code: number): void {
    this.forget()
    if (code === CLOSE_REPLACED) return this.hooks.link({ is: 'replaced' })
    if (code === CLOSE_SIGNED_OUT) {
      this.hooks.link({ is: 'closed' })
      return this.hooks.signedOut()
    }
    const step = BACK_OFF_MS[Math.min(this.tries, BACK_OFF_MS.length - 1)] ?? 10_000
    this.tries += 1
    // Spread over half the step, so that a room of desktops does not come back in one instant.
    const pause = step / 2 + Math.random() * (step / 2)
    this.hooks.link({ is: 'waiting', retryAt: Date.now() + pause })
    this.retry = setTimeout(() => this.connect(), pause)
  }
}
