/** The WebSocket under JsSIP. Its close code says whether coming back makes sense. */

import type { Socket } from 'jssip/lib/Socket'

/** takenOver: another page registered this phone. */
export type Gone = 'lost' | 'expired' | 'wrongIdentity' | 'takenOver'

const SUBPROTOCOL = 'sip'
const GONE: Readonly<Record<number, Gone>> = {
  4400: 'wrongIdentity',
  4401: 'expired',
  4403: 'wrongIdentity',
  4009: 'takenOver',
}

export class SipSocket implements Socket {
  via_transport: string
  onconnect: () => void = () => undefined
  ondisconnect: (error: boolean, code?: number, reason?: string) => void = () => undefined
  ondata: <T>(data: T) => void = () => undefined
  private ws: WebSocket | null = null
  private barred = false
  private wanted = false

  constructor(
    readonly url: string,
    private readonly gone: (why: Gone) => void,
  ) {
    this.via_transport = url.startsWith('wss:') ? 'WSS' : 'WS'
  }

  get sip_uri(): string {
    return `sip:${new URL(this.url).host};transport=ws`
  }

  isConnected(): boolean {
    return this.ws?.readyState === WebSocket.OPEN
  }

  isConnecting(): boolean {
    return this.ws?.readyState === WebSocket.CONNECTING
  }

  connect(): void {
    this.wanted = true
    if (this.barred || this.isConnected() || this.isConnecting()) return
    const ws = new WebSocket(this.url, SUBPROTOCOL)
    ws.binaryType = 'arraybuffer'
    ws.onopen = () => this.ws === ws && this.onconnect()
    ws.onmessage = (message) => this.ws === ws && this.ondata(message.data)
    ws.onclose = (closed) => this.ws === ws && this.closed(closed)
    this.ws = ws
  }

  disconnect(): void {
    this.wanted = false
    const ws = this.ws
    this.ws = null
    ws?.close()
  }

  send(text: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.isConnected()) return false
    this.ws?.send(text as string)
    return true
  }

  /** A connection that no longer answers: its end makes JsSIP open another. */
  drop(): void {
    this.ws?.close()
  }

  /** New credentials were got: coming back makes sense again. */
  allow(): void {
    if (!this.barred) return
    this.barred = false
    if (this.wanted) this.connect()
  }

  private closed({ wasClean, code, reason }: CloseEvent): void {
    this.ws = null
    const why = GONE[code] ?? 'lost'
    this.barred = why !== 'lost'
    this.gone(why)
    this.ondisconnect(!wasClean, code, reason)
  }
}
