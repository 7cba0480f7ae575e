/** Follows `/ws/caller`: what is said to the calls of one token. Comes back by itself; fires `change`. */

import { lineOf, withKey, withLine, type Line } from './lines'

const AGAIN_MS = [1_000, 2_000, 5_000] as const
const NOT_YOURS = 4403

export class Reading extends EventTarget {
  lines: readonly Line[] = []
  /** False while the server is not heard. */
  following = false
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | null = null
  private tries = 0

  /** `open`: a new socket to the server, in the page's language of now. */
  constructor(private readonly open: () => WebSocket) {
    super()
  }

  /** Begins anew with this token; nothing of another one stays. */
  follow(token: string): void {
    this.stop()
    this.lines = []
    this.tries = 0
    this.connect(token)
  }

  pressed(key: string, at: string): void {
    this.lines = withKey(this.lines, key, at)
    this.changed()
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
    const socket = this.socket
    this.socket = null
    socket?.close()
    this.following = false
    this.changed()
  }

  private connect(token: string): void {
    const socket = this.open()
    this.socket = socket
    socket.onopen = () => {
      socket.send(JSON.stringify({ token }))
      this.following = true
      this.changed()
    }
    socket.onmessage = ({ data }) => socket === this.socket && this.heard(data)
    socket.onclose = ({ code }) => socket === this.socket && this.lost(token, code)
  }

  private heard(data: unknown): void {
    const line = typeof data === 'string' ? lineOf(data) : null
    if (!line) return
    this.tries = 0
    this.lines = withLine(this.lines, line)
    this.changed()
  }

  private lost(token: string, code: number): void {
    this.following = false
    this.changed()
    if (code === NOT_YOURS) return
    const wait = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)]
    this.tries += 1
    this.timer = setTimeout(() => this.connect(token), wait)
  }

  private changed(): void {
    this.dispatchEvent(new Event('change'))
  }
}
