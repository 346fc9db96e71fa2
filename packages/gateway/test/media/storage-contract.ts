import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { MediaStorage } from '#gateway/core/ports/media-storage.js'

export const newKey = (): string => randomBytes(32).toString('hex')

/** A file in a storage as the core puts it there. */
export async function store(storage: MediaStorage, key: string, bytes: Uint8Array): Promise<string> {
  const path = await storage.scratch()
  await storage.fill(path, Readable.from([bytes]))
  await storage.put(key, path)
  return path
}

export async function contents(storage: MediaStorage, key: string, range?: { from: number; to: number }) {
  const bytes = await storage.read(key, range)
  return bytes && (await buffer(bytes)).toString()
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** What every storage promises, wherever its bytes are. */
export function storageContract(name: string, open: () => Promise<MediaStorage>): void {
  describe(name, () => {
    test('what was put there is read byte for byte, and the scratch file is gone', async () => {
      const storage = await open()
      const [key, bytes] = [newKey(), randomBytes(300_000)]
      const path = await store(storage, key, bytes)
      const read = await storage.read(key)
      expect(read && (await buffer(read)).equals(bytes)).toBe(true)
      expect(await isThere(path)).toBe(false)
    })

    test('a part is read by its first and last byte; past the end it is cut off', async () => {
      const storage = await open()
      const key = newKey()
      await store(storage, key, Buffer.from('0123456789'))
      expect(await contents(storage, key, { from: 0, to: 0 })).toBe('0')
      expect(await contents(storage, key, { from: 3, to: 5 })).toBe('345')
      expect(await contents(storage, key, { from: 7, to: 999 })).toBe('789')
    })

    test('an empty file is a file', async () => {
      const storage = await open()
      const key = newKey()
      await store(storage, key, Buffer.alloc(0))
      expect(await contents(storage, key)).toBe('')
    })

    test('what was put again is what is there', async () => {
      const storage = await open()
      const key = newKey()
      await store(storage, key, Buffer.from('first'))
      await store(storage, key, Buffer.from('second'))
      expect(await contents(storage, key)).toBe('second')
    })

    test('what is not there, or no longer, is undefined, and removing it again is fine', async () => {
      const storage = await open()
      const key = newKey()
      expect(await storage.read(key)).toBeUndefined()
      expect(await storage.read(key, { from: 0, to: 1 })).toBeUndefined()
      expect(await storage.borrow(key)).toBeUndefined()
      await storage.remove(key)
      await store(storage, key, Buffer.from('x'))
      await storage.remove(key)
      await storage.remove(key)
      expect(await storage.read(key)).toBeUndefined()
    })

    test('a borrowed file is local, and is there until it is released', async () => {
      const storage = await open()
      const key = newKey()
      await store(storage, key, Buffer.from('hello'))
      const [one, other] = await Promise.all([storage.borrow(key), storage.borrow(key)])
      await one?.release()
      expect(await readFile(other?.path ?? '', 'utf8')).toBe('hello')
      await other?.release()
      expect(await contents(storage, key)).toBe('hello')
    })

    test('a scratch file that broke off leaves nothing, and one that is not there can be discarded', async () => {
      const storage = await open()
      const path = await storage.scratch()
      const broken = async function* () {
        yield Buffer.from('half')
        await Promise.reject(new Error('the sender went away'))
      }
      await expect(storage.fill(path, broken())).rejects.toMatchObject({ code: 'storage-error' })
      expect(await isThere(path)).toBe(false)
      await storage.discard(path)
    })

    test('many files at a time are each their own', async () => {
      const storage = await open()
      const keys = Array.from({ length: 20 }, newKey)
      await Promise.all(keys.map((key) => store(storage, key, Buffer.from(key))))
      expect(await Promise.all(keys.map((key) => contents(storage, key)))).toEqual(keys)
    })

    test('it says whether it can be written to', async () => {
      const storage = await open()
      await expect(storage.check()).resolves.toBeUndefined()
    })
  })
}
