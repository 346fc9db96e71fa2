// Runs on a disk of one mebibyte. Fills it, frees it, and writes what a storage on it said to stdout as one JSON object.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { openFolderStorage } from '#gateway/media/folder-storage.js'

const [, , disk] = process.argv
const folder = join(disk, 'media')
const storage = await openFolderStorage(folder)
const kept = 'a'.repeat(64)
const large = 'b'.repeat(64)
const small = 'c'.repeat(64)

async function store(key, bytes) {
  const path = await storage.scratch()
  await storage.fill(path, Readable.from(bytes))
  await storage.put(key, path)
}
const codeOf = (work) =>
  work.then(
    () => 'fine',
    (error) => error.code,
  )
const block = () => Buffer.alloc(65_536)
/** Down to the last page that a file can have. */
const crumb = () => Buffer.alloc(1)

await store(kept, [Buffer.from('kept')])
const refusal = await codeOf(store(large, Array.from({ length: 40 }, block)))
const scratch = readdirSync(join(folder, 'scratch')).length
let blocks = 0
for (const piece of [block, crumb])
  while ((await codeOf(store(String(blocks).padStart(64, '0'), [piece()]))) === 'fine') blocks++
const check = await codeOf(storage.check())
const before = await text(await storage.read(kept))
for (let at = 0; at < blocks; at++) await storage.remove(String(at).padStart(64, '0'))
await store(small, [Buffer.from('again')])
process.stdout.write(JSON.stringify({ refusal, check, scratch, before, after: await text(await storage.read(small)) }))
