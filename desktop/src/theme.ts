/** Dark or light as the person's system says, also while the page is open. */

export function followColourScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    document.documentElement.classList.toggle('dark', dark.matches)
  }
  dark.addEventListener('change', apply)
  apply()
}
