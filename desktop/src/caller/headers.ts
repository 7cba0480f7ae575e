import type { CallerAccount } from '../api'

/** Who calls, and by which token the page's words are found (RFC 3325 for the number). */
export function headers(account: Pick<CallerAccount, 'number' | 'token'>): string[] {
  const token = `X-Call-Token: ${account.token}`
  return account.number ? [token, `P-Asserted-Identity: <sip:${account.number}@95518>`] : [token]
}
