/** Whether a request asks the phone to pick up by itself, as desk phones understand it. */

const AFTER = /answer-after\s*=\s*0/i
const ALERT = /auto-?answer/i

export const asksToAnswer = (header: (name: string) => string | undefined): boolean =>
  AFTER.test(header('Call-Info') ?? '') || ALERT.test(header('Alert-Info') ?? '')
