/** One tick a second for the whole page; every timer is computed from it and a server timestamp. */

import { ref } from 'vue'

const machineNow = ref(Date.now())
const skew = ref(0)

setInterval(() => {
  machineNow.value = Date.now()
}, 1000)

export function correctClock(skewMs: number): void {
  skew.value = skewMs
  machineNow.value = Date.now()
}

/** The server's time in milliseconds, as of the last tick. */
export const serverNow = (): number => machineNow.value + skew.value

/** This machine's time in milliseconds, as of the last tick. */
export const localNow = (): number => machineNow.value

/** The server's time in milliseconds, to the millisecond; for what is written down, not for timers. */
export const exactServerNow = (): number => Date.now() + skew.value
