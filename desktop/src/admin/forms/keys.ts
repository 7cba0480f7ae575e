/** The keys of each form's own file, in the order of its list. */

const KEYS: Readonly<Record<string, readonly string[]>> = {
  queues: ['queues', 'defaults', 'fallback_queue', 'numbers', 'callbacks', 'sticky', 'missed', 'modes'],
  skills: ['skills', 'languages'],
  agents: ['agents', 'seats', 'people'],
  hours: ['hours', 'modes', 'timezone'],
  days: ['holidays', 'make_up_days', 'calendar'],
}

export const ownKeys = (area: string): readonly string[] => KEYS[area] ?? []
