import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The vendor's own page of connections, word for word. */
const lines = readFileSync(join(import.meta.dirname, 'connection-page.txt'), 'utf8').split('\n')

/** One command as the page documents it. */
export interface Documented {
  readonly file: string
  readonly method: string
  readonly body: unknown
  /** In the order of the page. */
  readonly answers: readonly Sample[]
}

export interface Sample {
  readonly value: Record<string, unknown>
  /** The page leaves out the rest ("..."). */
  readonly elided: boolean
}

/** Every command of the page, in its order. */
export const documented: readonly Documented[] = lines.flatMap((line, i) => {
  const file = /^命令(\S+)$/.exec(line)?.[1]
  return file === undefined ? [] : [readCommand(file, lines.slice(i + 1, nextCommand(i + 1)))]
})

/** Codes of the connection and their words, from the page's table. */
export const documentedStates: ReadonlyMap<number, string> = new Map(
  lines.flatMap((line) => {
    const [, code, word] = /^(\d+)([A-Za-z]+)$/.exec(line) ?? []
    return code === undefined || word === undefined ? [] : [[Number(code), word] as const]
  }),
)

export function command(file: string): Documented {
  const found = documented.find((one) => one.file === `${file}.aspx`)
  if (!found) throw new Error(`the page does not document ${file}`)
  return found
}

function nextCommand(from: number): number {
  const next = lines.findIndex((line, i) => i >= from && line.startsWith('命令'))
  return next < 0 ? lines.length : next
}

function readCommand(file: string, section: readonly string[]): Documented {
  const method = section.map((line) => /^方法(\S+)$/.exec(line)?.[1]).find((one) => one !== undefined) ?? ''
  const samples = readSamples(section)
  // The page writes 主体 before the body of a request.
  const [first] = samples
  const hasBody = section.includes('主体')
  return { file, method, body: hasBody ? first?.value : undefined, answers: samples.slice(hasBody ? 1 : 0) }
}

/** Objects of the page: each begins with a brace of its own line, and ends where it can be parsed. */
function readSamples(section: readonly string[]): Sample[] {
  const samples: Sample[] = []
  for (let start = 0; start < section.length; start++) {
    if (section[start]?.trim() !== '{') continue
    const end = section.findIndex((line, i) => i > start && line.trim() === '}' && parsed(section, start, i))
    const sample = parsed(section, start, end)
    if (!sample) throw new Error(`the page has an object that cannot be read, at ${section[start + 1]}`)
    samples.push(sample)
    start = end
  }
  return samples
}

function parsed(section: readonly string[], start: number, end: number): Sample | undefined {
  const text = section
    .slice(start, end + 1)
    .map((line) => line.replace(/\s*\/\/ .*$/, ''))
    .join('\n')
  const whole = text.replace(/,\s*\.\.\.\s*\}$/, '}')
  try {
    return { value: JSON.parse(whole) as Record<string, unknown>, elided: whole !== text }
  } catch {
    return undefined
  }
}

/** The object inside the page's `Status`, which is JSON in a string and cut short by "...". */
export function cutShort(text: unknown): Sample {
  return { value: JSON.parse(`${String(text).replace(/\.\.\.$/, '')}}`) as Record<string, unknown>, elided: true }
}

/** Where an answer differs from a sample in keys, their order or the types of values; empty when nowhere. */
export function differences(sample: Sample, answer: unknown): string[] {
  return compare(sample.value, answer, 'answer', sample.elided)
}

function compare(sample: unknown, answer: unknown, at: string, elided = false): string[] {
  if (typeOf(sample) !== typeOf(answer)) return [`${at} is ${typeOf(answer)} and not ${typeOf(sample)}`]
  if (Array.isArray(sample) && Array.isArray(answer)) {
    return answer.flatMap((inner: unknown, i) => compare(sample[i] ?? sample[0], inner, `${at}[${i}]`))
  }
  if (typeof sample !== 'object' || sample === null) return []
  const [wanted, given] = [Object.entries(sample), Object.keys(answer as object)]
  const names = wanted.map(([name]) => name)
  const shown = elided ? given.filter((name) => names.includes(name)) : given
  const order = shown.join() === names.join() ? [] : [`${at} has ${shown.join()} and not ${names.join()}`]
  return [
    ...order,
    ...wanted.flatMap(([name, inner]) => compare(inner, (answer as Record<string, unknown>)[name], `${at}.${name}`)),
  ]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
