import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '..', 'src')

/** Which folder of src/ may import which: imports point inwards (docs/architecture.md). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  engines: ['core', 'engines'],
  store: ['core', 'store'],
  delivery: ['core', 'delivery'],
  outbound: ['core', 'outbound'],
  issuers: ['core', 'issuers'],
  media: ['core', 'media'],
  dialects: ['core', 'dialects'],
  web: ['core', 'web'],
  app: ['core', 'engines', 'store', 'delivery', 'outbound', 'issuers', 'media', 'dialects', 'web', 'app'],
}

/** Packages that only one place may know. */
const onlyIn: readonly (readonly [pattern: RegExp, folder: string])[] = [
  [/^(baileys|libsignal)/, 'engines/baileys'],
  [/^(@photostructure\/sqlite|kysely|pg)/, 'store'],
  [/^undici/, 'outbound'],
  [/^(aws4fetch|file-type|htmlparser2|music-metadata|opus-decoder|sharp)/, 'media'],
  [/^@gangway\/simulator/, 'app'],
]

/** What the core knows nothing of. */
const outsideCore = /^(fastify|@fastify\/|undici|ws$|pino|prom-client|node:(https?|net|worker_threads|fs))/

interface Import {
  readonly file: string
  readonly target: string
}

function importsOf(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
      return targets.map((target) => ({ file: name.split(sep).join('/'), target }))
    })
}

function resolved({ file, target }: Import): string {
  const path = join(source, file, '..', target)
  return relative(source, path).split(sep).join('/')
}

const imports = importsOf(source)
const internal = imports.filter(({ target }) => target.startsWith('.'))
const external = imports.filter(({ target }) => !target.startsWith('.'))
const shown = ({ file, target }: Import): string => `${file} imports ${target}`

test('the walk sees the source', () => {
  expect(internal.length).toBeGreaterThan(100)
  expect(external.length).toBeGreaterThan(30)
})

test('imports point inwards', () => {
  const offenders = internal.filter((one) => {
    const [from = ''] = one.file.split('/')
    const [to = ''] = resolved(one).split('/')
    return !(mayImport[from] ?? []).includes(to)
  })
  expect(offenders.map(shown)).toEqual([])
})

test('a dialect never imports another one', () => {
  const offenders = internal.filter((one) => {
    const [room, dialect, ...rest] = one.file.split('/')
    const [toRoom, toDialect, ...toRest] = resolved(one).split('/')
    const bothInside = rest.length > 0 && toRest.length > 0
    return room === 'dialects' && toRoom === 'dialects' && bothInside && dialect !== toDialect
  })
  expect(offenders.map(shown)).toEqual([])
})

test('each outside part is known in one place only', () => {
  const offenders = external.filter(({ file, target }) =>
    onlyIn.some(([pattern, folder]) => pattern.test(target) && !file.startsWith(`${folder}/`)),
  )
  expect(offenders.map(shown)).toEqual([])
})

test('the core knows no HTTP, no files, no threads and no vendor', () => {
  const offenders = external.filter(({ file, target }) => file.startsWith('core/') && outsideCore.test(target))
  expect(offenders.map(shown)).toEqual([])
})

test('the simulator and the sdk know nothing of the gateway', () => {
  const packages = join(source, '..', '..')
  const offenders = ['simulator', 'sdk'].flatMap((name) =>
    importsOf(join(packages, name, 'src')).filter(({ target }) => target.includes('gateway')),
  )
  expect(offenders.map(shown)).toEqual([])
})
