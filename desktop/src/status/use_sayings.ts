/** Everything that may be wrong, or is good to know, around the page somebody works on. */

import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { localNow } from '../clock'
import { useDesk } from '../desk'
import { useDeskPhone } from '../desk_phone'
import { useLabels } from '../labels'
import { phoneTrouble } from '../phone/trouble'
import { dayAndTime } from '../time'
import { byUrgency, type Saying } from './urgency'

const QUIET = { title: '', press: '', act: null }

/** What is wrong with the phone in this window, as a sentence; empty where there is none. */
export function usePhoneSaying(): ComputedRef<Saying[]> {
  const phone = useDeskPhone()
  const { t } = useI18n()
  return computed(() => {
    if (!phone.inUse.value) return []
    const seen = { place: phone.place.value, refusal: phone.refusal.value, link: phone.state.value.link, talking: phone.talking.value }
    const found = phoneTrouble(seen)
    if (!found) return []
    const acts = { take: phone.take, renew: phone.renew }
    return [
      {
        key: `phone-${found.what}`,
        is: 'phone-trouble',
        tone: found.passes ? 'care' : 'stop',
        title: '',
        words: found.key ? t(found.key) : phone.refusal.value,
        press: found.press && t(found.press),
        act: found.act && acts[found.act],
      },
    ]
  })
}

/** The connection to the server. */
function useLinkSaying(): ComputedRef<Saying[]> {
  const desk = useDesk()
  const { t } = useI18n()
  return computed(() => {
    if (desk.state.value.replaced || desk.link.value.is === 'replaced') {
      const useHere = { press: t('link.useHere'), act: () => desk.useHere() }
      return [{ ...QUIET, ...useHere, key: 'replaced', is: 'replaced', tone: 'stop', words: t('link.replacedLong') }]
    }
    if (desk.link.value.is !== 'waiting') return []
    const leftS = Math.max(0, Math.ceil((desk.link.value.retryAt - localNow()) / 1000))
    const now = { press: t('link.now', { s: leftS }), act: () => desk.retryNow() }
    return [{ ...QUIET, ...now, key: 'broken', is: 'broken', tone: 'stop', words: t('link.broken') }]
  })
}

function useModeSayings(): ComputedRef<Saying[]> {
  const desk = useDesk()
  const { t } = useI18n()
  const labels = useLabels(() => desk.options.value)
  return computed(() =>
    desk.modes.on.value.map((mode) => ({
      ...QUIET,
      key: `mode-${mode.name}`,
      is: 'mode-banner',
      tone: 'note',
      title: labels.inWords(mode.label) ?? mode.name,
      words: `${t('mode.until', { time: dayAndTime(mode.on.until) })} · ${mode.on.reason}`,
    })),
  )
}

/** `phoneToo`: not where a dialog tells of the phone; `modesToo`: not where the page itself shows them. */
export function useSayings(phoneToo: () => boolean, modesToo: () => boolean): ComputedRef<Saying[]> {
  const [link, phone, modes] = [useLinkSaying(), usePhoneSaying(), useModeSayings()]
  return computed(() => byUrgency([...link.value, ...(phoneToo() ? phone.value : []), ...(modesToo() ? modes.value : [])]))
}
