import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The vendor's own page of `scanqr`, word for word. */
const page = readFileSync(join(import.meta.dirname, 'scanqr-page.txt'), 'utf8')

/** What the page has in place of a key, and where its programs call. */
const placeholder = 'API_KEY_ANDA_DISINI'
const origin = 'https://api.wavave.com'

export type Language = 'php' | 'axios' | 'python' | 'curl'

/** How each program of the page begins. */
const beginnings: Record<Language, RegExp> = {
  php: /^<\?php/,
  axios: /^const axios = require/,
  python: /^import requests/,
  curl: /^curl -X POST/,
}

/** A sample program as it is on the page, apart from where it calls and with which key. */
export function program(language: Language, at: { readonly url: string; readonly key: string }): string {
  const code = between('Contoh Kode', 'Parameter')
    .split(/\n {20,}\n/)
    .map((part) => part.trim())
    .find((part) => beginnings[language].test(part))
  if (code?.includes(placeholder) !== true || !code.includes(origin)) {
    throw new Error(`the page has no ${language} program`)
  }
  return code.replaceAll(origin, at.url).replaceAll(placeholder, at.key)
}

/** The answer that the page shows. */
export function sampleAnswer(): unknown {
  return JSON.parse(between('Response Success', 'Penjelasan Response Success'))
}

/** The number that all programs of the page link. */
export const sampleDevice = '628123456789'

function between(start: string, end: string): string {
  const from = page.indexOf(start) + start.length
  const to = page.indexOf(end, from)
  if (from < start.length || to < 0) throw new Error(`the page has nothing between "${start}" and "${end}"`)
  return page.slice(from, to)
}
