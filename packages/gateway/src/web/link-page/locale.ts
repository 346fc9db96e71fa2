import { linkPageLocales, type LinkPageLocale } from '../../core/link-pages/link-page.js'

/** The language that the browser likes best of those that the page is written in (RFC 9110, 12.5.4). */
export function chooseLocale(acceptLanguage: string | undefined): LinkPageLocale {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((wish) => {
      const [range = '', ...parameters] = wish.trim().split(';')
      const weight = parameters.map((text) => /^\s*q=([\d.]+)\s*$/i.exec(text)?.[1]).find((q) => q !== undefined)
      return { language: language(range), weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
  for (const { language: wished } of wishes) {
    const found = linkPageLocales.find((locale) => locale === wished)
    if (found) return found
  }
  return 'en'
}

/** Java called Indonesian `in`, and some browsers on old phones still do. */
function language(range: string): string {
  const primary = range.trim().toLowerCase().split('-')[0] ?? ''
  return primary === 'in' ? 'id' : primary
}
