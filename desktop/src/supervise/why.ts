/** Why an agent was not chosen: a rule and its detail, parted by blanks. Pure. */

export interface Rule {
  /** `why.rule.<key>`. */
  key: string
  params: Record<string, string>
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  skill: ['need', 'wanted'],
  level: ['need', 'wanted', 'has'],
  language: ['need'],
  avoided: [],
  wish: ['need'],
  logged_out: [],
  not_ready: ['need'],
  state: ['need'],
}

/** What is not known is shown as it came. */
export function ruleOf(text: string): Rule {
  const [rule = '', ...details] = text.split(' ')
  const fields = FIELDS[rule]
  if (!fields) return { key: 'other', params: { need: text } }
  return { key: rule, params: Object.fromEntries(fields.map((field, i) => [field, details[i] ?? ''])) }
}
