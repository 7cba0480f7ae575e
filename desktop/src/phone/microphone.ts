/** Opens the microphone, and says in one word why it did not. */

/** asked: the browser waits for the person's word; insecure: plain http; gone: unplugged in mid-call. */
export type MicrophoneTrouble = 'asked' | 'denied' | 'none' | 'busy' | 'insecure' | 'failed' | 'gone'

export type Opened = { stream: MediaStream; trouble: null } | { stream: null; trouble: MicrophoneTrouble }

const TROUBLES: Readonly<Record<string, MicrophoneTrouble>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

export const troubleOf = (failure: unknown): MicrophoneTrouble =>
  TROUBLES[(failure as { name?: string } | null)?.name ?? ''] ?? 'failed'

type MediaDevicesLike = Pick<MediaDevices, 'getUserMedia'>

const wanted = (deviceId: string): MediaStreamConstraints => ({
  audio: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(deviceId ? { deviceId: { exact: deviceId } } : {}),
  },
})

/** `deviceId` '' is the browser's own choice; a chosen microphone that is not there falls back to it. */
export async function openMicrophone(
  deviceId: string,
  devices: MediaDevicesLike | undefined = navigator.mediaDevices,
): Promise<Opened> {
  if (!devices) return { stream: null, trouble: 'insecure' }
  try {
    return { stream: await devices.getUserMedia(wanted(deviceId)), trouble: null }
  } catch (failure) {
    const trouble = troubleOf(failure)
    if (deviceId && trouble === 'none') return openMicrophone('', devices)
    return { stream: null, trouble }
  }
}

export function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}
