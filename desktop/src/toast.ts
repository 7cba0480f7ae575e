/** One short message over the page. A failure shows the server's sentence, else our own for its code. */

import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css'
import { ApiFailed } from './api'
import { i18n } from './i18n'
import { CommandFailed } from './socket'

export function sentence(failure: unknown): string {
  const { t, te } = i18n.global
  if (!(failure instanceof ApiFailed || failure instanceof CommandFailed)) return t('failed.unknown')
  if (failure.message) return failure.message
  const key = `failed.${failure.code.replaceAll('.', '_')}`
  return te(key) ? t(key) : t('failed.code', { code: failure.code })
}

const grouping = true

export const tellFailure = (failure: unknown): void => {
  ElMessage({ type: 'error', message: sentence(failure), duration: 6000, showClose: true, grouping })
}

export const tellAlert = (message: string): void => {
  ElMessage({ type: 'warning', message, duration: 15000, showClose: true })
}

export const tellDone = (key: string): void => {
  ElMessage({ type: 'success', message: i18n.global.t(key), duration: 2500, grouping })
}
