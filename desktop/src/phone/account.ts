/** Who a browser phone is towards Asterisk, as the server tells it. */

export interface PhoneAccount {
  endpoint: string
  /** `sip:<endpoint>@<domain>`. */
  uri: string
  realm: string
  /** Drawn anew at each sign-in; no person knows it. */
  password: string
  /** Where the server passes SIP on: `/sip`. */
  socket: string
  /** This browser's address as the server saw it; its media are sought there. */
  address: string
}

const HOST_WITH_A_LETTER = /[a-z]/i

/** The domain of a SIP address; one of digits alone is no host name (RFC 3261 §25.1) and gets an ending. */
export function domainOf(uri: string): string {
  const domain = uri.replace(/^sips?:/, '').replace(/^[^@]*@/, '').replace(/[;?].*$/, '')
  const literal = /^\d+(\.\d+){3}(:\d+)?$/.test(domain) || domain.startsWith('[')
  return literal || HOST_WITH_A_LETTER.test(domain) ? domain : `${domain}.invalid`
}

export const sipUri = (user: string, account: PhoneAccount): string => `sip:${user}@${domainOf(account.uri)}`

/** The WebSocket's address on the page's own origin. */
export function socketUrl(path: string, page: Pick<Location, 'protocol' | 'host'>): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${path}`
}
