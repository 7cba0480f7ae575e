/** Dark or light as the person's system says, also while the page is open; a wall may choose for itself. */

import { ref } from 'vue'

/** How the page looks now. */
export const looksDark = ref(false)

const chosen = ref<boolean | null>(null)
const system = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')

function apply(): void {
  looksDark.value = chosen.value ?? system().matches
  document.documentElement.classList.toggle('dark', looksDark.value)
}

export function followColourScheme(): void {
  system().addEventListener('change', apply)
  apply()
}

/** null: as the system says again. */
export function chooseDark(dark: boolean | null): void {
  chosen.value = dark
  apply()
}
