/**
 * What Asterisk cannot read in a browser's offer. Without permission for the microphone Chromium hides this
 * machine's address: candidates are `<uuid>.local` (mDNS) and the connection line says 0.0.0.0, which
 * Asterisk takes for "on hold".
 */

const HIDDEN_NAME = /[\w-]+\.local(?= )/g
const NO_ADDRESS = /^c=IN IP4 0\.0\.0\.0/gm

/** The offer or answer with `address` (as the server saw this browser) where it was hidden. */
export function repaired(sdp: string, address: string): string {
  if (!address) return sdp
  const family = address.includes(':') ? 'IP6' : 'IP4'
  return sdp.replace(HIDDEN_NAME, address).replace(NO_ADDRESS, `c=IN ${family} ${address}`)
}
