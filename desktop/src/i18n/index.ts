/** Two languages, switched live. */

import { createI18n } from 'vue-i18n'
import { en, zh } from './messages'

export type Language = 'zh' | 'en'

const KEPT_AS = 'cti.language'

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage() as Language,
  fallbackLocale: 'zh',
  messages: { zh, en },
})

export const currentLanguage = (): Language => i18n.global.locale.value

function show(language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

export function setLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language)
  show(language)
}

show(currentLanguage())
