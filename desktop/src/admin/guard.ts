/** Nobody leaves a page with work in it unless he says so. */

import { onBeforeUnmount } from 'vue'
import { mayBeUnfinished } from '../unfinished'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { ElMessageBox } from 'element-plus/es/components/message-box/index.mjs'
import 'element-plus/es/components/message-box/style/css'

/** `settle`: a last try to bring it home; true when nothing is left open. */
export function useGuard(open: () => boolean, settle: () => Promise<boolean> = async () => false): void {
  const { t } = useI18n()
  const stop = useRouter().beforeEach(async (to, from) => {
    if (to.path === from.path || !open() || (await settle())) return true
    return ElMessageBox.confirm(t('admin.leaveLong'), t('admin.leaveTitle'), {
      confirmButtonText: t('admin.leave'),
      cancelButtonText: t('admin.stay'),
      type: 'warning',
    }).then(() => true, () => false)
  })
  const closing = (event: BeforeUnloadEvent): void => {
    if (open()) event.preventDefault()
  }
  window.addEventListener('beforeunload', closing)
  const settled = mayBeUnfinished(open)
  onBeforeUnmount(() => {
    stop()
    settled()
    window.removeEventListener('beforeunload', closing)
  })
}
