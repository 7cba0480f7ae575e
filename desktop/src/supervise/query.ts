/** The query of an address, from fields. Pure. */

export type Query = Record<string, string | number | null | undefined>

/** `?a=1&b=2` of what is given; empty texts are left out. */
export function queryOf(fields: Query): string {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '')
  return given.length ? `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : ''
}
