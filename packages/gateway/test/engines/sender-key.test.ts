import { BufferJSON } from 'baileys'
import { expect, test } from 'vitest'
import { rereadableSenderKey } from '#gateway/engines/baileys/encoding.js'

/** As the library writes it after a message was overtaken: the key of that one is kept beside the chain. */
const record = [
  {
    senderKeyId: 7,
    senderChainKey: { iteration: 3, seed: Buffer.from('chain') },
    senderSigningKey: { public: Buffer.from('public'), private: Buffer.alloc(0) },
    senderMessageKeys: [{ iteration: 1, seed: Buffer.from('overtaken') }],
  },
]

test('the kept keys of overtaken group messages are bytes again when the library reads them', () => {
  const read = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver)
  const written = Buffer.from(JSON.stringify(record))
  // What makes it necessary: without it, they come back as an object with a list in it.
  expect(read(written)).not.toEqual(record)
  expect(read(rereadableSenderKey(written))).toEqual(record)
  expect(read(rereadableSenderKey(rereadableSenderKey(written)))).toEqual(record)
})
