import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newLinkCode, newLinkMark, readLinkCode } from '#gateway/core/message-links/link-code.js'
import { draftOf, markIn } from '#gateway/core/message-links/link-mark.js'
import { graphemeCount, readLinkText, textKey } from '#gateway/core/message-links/link-text.js'
import { estimate, withVisitors } from '#gateway/core/message-links/visitor-sketch.js'

const refused = (message: RegExp) => ({
  code: 'bad-request',
  field: 'text',
  message: expect.stringMatching(message) as string,
})

function refusalOf(text: string): unknown {
  try {
    readLinkText(text, 'text')
    return undefined
  } catch (error) {
    return error
  }
}

test('codes have the shape of Meta’s and use every letter alike', () => {
  const codes = Array.from({ length: 2000 }, newLinkCode)
  for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{13}1$/)
  expect(new Set(codes).size).toBe(codes.length)
  const letters = new Map<string, number>()
  for (const letter of codes.join('').replaceAll('1', '')) letters.set(letter, (letters.get(letter) ?? 0) + 1)
  expect(letters.size).toBe(32)
  // 812 of each are expected; a letter that came half or twice as often would be 14 standard deviations off.
  for (const count of letters.values()) expect(Math.abs(count - 812)).toBeLessThan(400)
})

test('a code is read in any case of letters, and nothing else is taken for one', () => {
  expect(readLinkCode('aned2t5qru7hg1')).toBe('ANED2T5QRU7HG1')
  for (const text of ['', 'ANED2T5QRU7HG', 'ANED2T5QRU7HG12', 'ANED2T5QRU7H/1', '..%2F..%2Fetc1', 'ＡNED2T5QRU7HG1']) {
    expect(readLinkCode(text)).toBeUndefined()
  }
})

test('every mark comes back from every draft, hidden or shown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('marker', 'code'), (text, reference) => {
      const mark = newLinkMark()
      if (markIn(text) !== undefined) return
      expect(markIn(draftOf(text, reference, mark))).toBe(mark)
      expect(markIn(draftOf(text, reference, mark).trim())).toBe(mark)
    }),
  )
})

test('a hidden mark has no width, joins nothing and is no white space', () => {
  const added = draftOf('', 'marker', newLinkMark())
  expect(added).toMatch(/^\p{Cf}{15}$/u)
  expect(added.trim()).toBe(added)
  expect(draftOf('Hello', 'text', 'ABCDEF')).toBe('Hello')
  expect(draftOf('Hello', 'none', 'ABCDEF')).toBe('Hello')
})

test.each([
  ['', /says something/],
  [' \n\u00a0', /says something/],
  ['a\0b', /control/],
  ['a\u001b[2Jb', /control/],
  ['half \ud83d of it', /surrogate/],
  ['x'.repeat(501), /500 characters/],
  ['👩‍👩‍👧‍👦'.repeat(200), /too long for an address|500/],
  ['e' + '\u0301'.repeat(4000), /500 characters/],
])('%j is no text of a link', (text, why) => {
  expect(refusalOf(text)).toMatchObject(refused(why))
})

test('length is counted as people count, in every script', () => {
  expect(graphemeCount('👩‍👩‍👧‍👦🏳️‍🌈e\u0301नि')).toBe(4)
  for (const text of ['x'.repeat(500), 'あ'.repeat(380), '👍🏽'.repeat(140), 'line\nline\ttab']) {
    expect(readLinkText(text, 'text')).toBe(text)
  }
  expect(readLinkText('a\r\nb\rc', 'text')).toBe('a\nb\nc')
})

test('texts that people take for the same have the same key', () => {
  expect(textKey(' Ｈello\u200b  Wörld\n')).toEqual(textKey('hello wo\u0308rld'))
  expect(textKey(draftOf('Hello', 'marker', 'ABCDEF'))).toEqual(textKey('hello'))
  expect(textKey('Hello?')).not.toEqual(textKey('Hello'))
})

test.each([0, 1, 10, 100, 1000, 100_000])('%i people are counted to within a few percent, each once', (people) => {
  let random = 12_345
  const digests = Array.from({ length: people }, () => {
    // A linear congruential generator whose halves are mixed: the same people in every run.
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    return (Math.imul(random ^ (random >>> 16), 0x45d9f3b) ^ (random >>> 13)) >>> 0
  })
  let sketch = withVisitors(undefined, [])
  for (let at = 0; at < digests.length; at += 997) sketch = withVisitors(sketch, digests.slice(at, at + 997))
  sketch = withVisitors(sketch, digests.slice(0, 5000))
  expect(Math.abs(estimate(sketch) - people)).toBeLessThanOrEqual(Math.max(1, people * 0.1))
})
