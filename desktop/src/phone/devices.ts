/** Which microphone, headset and ring output this browser uses; remembered, and watched for unplugging. */

export type Use = 'microphone' | 'headset' | 'ring'

export interface Device {
  /** '' is the browser's own choice. */
  id: string
  /** Empty until the microphone was allowed once. */
  label: string
}

export type DeviceLists = Record<Use, Device[]>

const KINDS: Readonly<Record<Use, MediaDeviceKind>> = { microphone: 'audioinput', headset: 'audiooutput', ring: 'audiooutput' }
const OWN_CHOICE: readonly string[] = ['', 'default', 'communications']
const KEPT_AS = 'cti.phone.'

type Store = Pick<Storage, 'getItem' | 'setItem'>
type Media = Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>

/** What can be chosen for each use; the browser's own aliases stand for '' and are left out. */
export function listed(all: Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>[]): DeviceLists {
  const of = (use: Use): Device[] =>
    all
      .filter(({ kind, deviceId }) => kind === KINDS[use] && !OWN_CHOICE.includes(deviceId))
      .map(({ deviceId, label }) => ({ id: deviceId, label }))
  return { microphone: of('microphone'), headset: of('headset'), ring: of('ring') }
}

/** Fires `change` when a device came or went, or another was chosen. */
export class Devices extends EventTarget {
  lists: DeviceLists = { microphone: [], headset: [], ring: [] }
  private readonly changed = (): void => void this.refresh()

  constructor(
    private readonly store: Store,
    private readonly media: Media | undefined,
  ) {
    super()
    media?.addEventListener('devicechange', this.changed)
  }

  async refresh(): Promise<void> {
    this.lists = listed((await this.media?.enumerateDevices().catch(() => [])) ?? [])
    this.dispatchEvent(new Event('change'))
  }

  /** The chosen device, or '' where none was chosen or it is not plugged in now. */
  chosen(use: Use): string {
    const id = this.store.getItem(KEPT_AS + use) ?? ''
    return this.lists[use].some((device) => device.id === id) ? id : ''
  }

  choose(use: Use, id: string): void {
    this.store.setItem(KEPT_AS + use, id)
    this.dispatchEvent(new Event('change'))
  }

  close(): void {
    this.media?.removeEventListener('devicechange', this.changed)
  }
}

type Sink = { sinkId?: unknown; setSinkId?: (id: string) => Promise<void> }

/** Sends an element's or a context's sound to a device; a browser without the choice keeps its own. */
export async function playOn(sink: object, deviceId: string): Promise<boolean> {
  const { sinkId } = sink as Sink
  if (sinkId === deviceId) return true
  try {
    await (sink as Sink).setSinkId?.(deviceId)
    return true
  } catch {
    return false
  }
}
