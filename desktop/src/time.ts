/** Durations and moments as people read them. Pure: "now" is an argument. */

const two = (n: number): string => String(n).padStart(2, '0')

/** Whole seconds from `since` to `now` (milliseconds of the server's clock), never negative. */
export const secondsSince = (since: string | null | undefined, now: number): number =>
  since ? Math.max(0, Math.floor((now - Date.parse(since)) / 1000)) : 0

/** Whole seconds left until `until`, never negative. */
export const secondsLeft = (until: string | null | undefined, now: number): number =>
  until ? Math.max(0, Math.ceil((Date.parse(until) - now) / 1000)) : 0

/** 0:07, 12:34, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Time of day in the reader's zone: 14:05:09. */
export function timeOfDay(at: string): string {
  const d = new Date(at)
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

/** The day in the reader's zone: 2026-11-22. */
export function dayOf(at: string): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
}

/** Day and time without seconds, in the reader's zone: 2026-11-22 14:05. */
export const dayAndTime = (at: string): string => `${dayOf(at)} ${timeOfDay(at).slice(0, 5)}`

/** The start of the reader's today, as ISO in UTC. */
export function startOfDay(now: number): string {
  const d = new Date(now)
  d.setHours(0, 0, 0, 0)
  return d.toISOString()
}

/** The next day in the reader's zone, as a date field has it. */
export function dayAfter(now: number): string {
  const d = new Date(now)
  return dayOf(new Date(d.getFullYear(), d.getMonth(), d.getDate() + 1).toISOString())
}
