import { expect, test } from 'vitest'
import { wordsIn } from '#gateway/web/link-page/words/index.js'

/** Every text by its place. */
function texts(value: unknown, at = ''): [string, string][] {
  if (typeof value === 'string') return [[at, value]]
  return Object.entries(value as object).flatMap(([name, inner]) => texts(inner, `${at}/${name}`))
}

const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort()
const english = new Map(texts(wordsIn.en))

test.each(Object.entries(wordsIn).filter(([locale]) => locale !== 'en'))(
  'the words in %s have the same holes as the English ones, and are a translation',
  (_locale, words) => {
    const own = texts(words)
    expect(own.map(([at]) => at).sort()).toEqual([...english.keys()].sort())
    for (const [at, text] of own) expect(holes(text), at).toEqual(holes(english.get(at) ?? ''))
    expect(own.filter(([at, text]) => text === english.get(at)).map(([at]) => at)).toEqual([])
  },
)
