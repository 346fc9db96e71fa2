const bytes = (...values: number[]) => Uint8Array.from(values)
const around = (inner: Uint8Array) => Buffer.concat([Buffer.from('{"device":"'), inner, Buffer.from('"}')])

/** Bodies that no dialect may read (faults.md F30). */
export const unreadableBodies: Readonly<Record<string, string | Uint8Array>> = {
  'half an object': '{"device":',
  'a trailing comma': '{"device":"x",}',
  'two values': '{}{}',
  'a form': 'device=628123456789',
  'UTF-16': bytes(0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00),
  'a bare word': 'device',
  'a lone surrogate': '{"device":"\\ud800"}',
  'a NUL': '{"device":"628\\u0000123456"}',
  __proto__: '{"device":"628123456789","__proto__":{"admin":true}}',
  'overlong UTF-8': around(bytes(0xc0, 0x80)),
  'UTF-8 cut short': around(bytes(0xf0, 0x9f, 0x98)),
  depth: `{"device":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'depth unclosed': '['.repeat(500_000),
  'an array': '[]',
  'a string': '"628123456789"',
  null: 'null',
  'more than a mebibyte': `{"device":"${'6'.repeat(1024 * 1024)}"}`,
}
