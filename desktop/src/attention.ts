/** Calls the agent back to this tab: a flashing title, a marked icon, a desktop notification. */

let flashing: ReturnType<typeof setInterval> | null = null
let notice: Notification | null = null
let calmTitle = ''

function icon(name: string): void {
  document.querySelector<HTMLLinkElement>('link[rel="icon"]')?.setAttribute('href', name)
}

export function setTitle(title: string): void {
  calmTitle = title
  if (!flashing) document.title = title
}

export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') {
    void Notification.requestPermission().catch(() => undefined)
  }
}

/** The browser said no once and will not ask again: only its own settings change that. */
export const notificationsDenied = (): boolean => 'Notification' in window && Notification.permission === 'denied'

function notify(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  notice = new Notification(title, { body, tag: 'cti-ring', requireInteraction: true })
  notice.onclick = () => window.focus()
}

export function startCalling(title: string, body: string): void {
  stopCalling()
  icon('/favicon-ring.svg')
  document.title = title
  flashing = setInterval(() => {
    document.title = document.title === title ? calmTitle : title
  }, 1000)
  notify(title, body)
}

export function stopCalling(): void {
  if (flashing) clearInterval(flashing)
  flashing = null
  notice?.close()
  notice = null
  icon('/favicon.svg')
  document.title = calmTitle
}
