/**
 * One phone for a person in all windows of a browser: who holds the lock has it. The others wait in line and
 * get it when that window closes; `take` gets it at once, and asks first whether a talk is on there.
 */

export type Place = 'asking' | 'here' | 'elsewhere' | 'elsewhereTalking'

type Locks = Pick<LockManager, 'request'>
type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'> & { onmessage: ((message: MessageEvent) => void) | null }
type Word = { kind: 'who' } | { kind: 'mine'; talking: boolean }

const PATIENCE_MS = 600

/** Fires `change`; without locks (an old browser) the phone is simply here. */
export class OnePhone extends EventTarget {
  place: Place = 'asking'
  private talking = false
  private letGo: (() => void) | null = null
  private waiting = new AbortController()
  private patience: ReturnType<typeof setTimeout> | null = null
  private readonly channel: Channel

  constructor(
    private readonly name: string,
    private readonly locks: Locks | undefined = navigator.locks,
    open: (name: string) => Channel = (called) => new BroadcastChannel(called),
  ) {
    super()
    this.channel = open(name)
    this.channel.onmessage = (message) => this.heard(message.data as Word)
    this.wait()
  }

  /** Explicitly: the window that has the phone loses it, and a talk there ends. */
  take(): void {
    if (this.place === 'here' || !this.locks) return
    this.waiting.abort()
    this.hold({ steal: true })
  }

  /** The others are told, so that nobody cuts a talk off without knowing. */
  setTalking(talking: boolean): void {
    this.talking = talking
    if (this.place === 'here') this.say({ kind: 'mine', talking })
  }

  close(): void {
    this.waiting.abort()
    if (this.patience) clearTimeout(this.patience)
    this.letGo?.()
    this.channel.close()
  }

  private wait(): void {
    if (!this.locks) return this.become('here')
    this.waiting = new AbortController()
    this.patience = setTimeout(() => {
      if (this.place !== 'asking') return
      this.become('elsewhere')
      this.say({ kind: 'who' })
    }, PATIENCE_MS)
    this.hold({ signal: this.waiting.signal })
  }

  private hold(how: LockOptions): void {
    let mine = false
    void this.locks
      ?.request(this.name, how, () => {
        mine = true
        this.become('here')
        this.say({ kind: 'mine', talking: this.talking })
        return new Promise<void>((resolve) => (this.letGo = resolve))
      })
      // Rejected: another window took it, or this one no longer waits.
      .catch(() => mine && this.robbed())
  }

  private robbed(): void {
    this.letGo = null
    this.become('elsewhere')
    this.wait()
  }

  private heard(word: Word): void {
    if (word.kind === 'who' && this.place === 'here') this.say({ kind: 'mine', talking: this.talking })
    if (word.kind === 'mine' && this.place !== 'here' && this.place !== 'asking') {
      this.become(word.talking ? 'elsewhereTalking' : 'elsewhere')
    }
  }

  private say(word: Word): void {
    this.channel.postMessage(word)
  }

  private become(place: Place): void {
    if (this.place === place) return
    this.place = place
    this.dispatchEvent(new Event('change'))
  }
}
