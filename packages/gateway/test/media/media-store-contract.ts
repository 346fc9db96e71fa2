import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mediaKey, newMediaId } from '#gateway/core/identifiers.js'
import type { EventBody } from '#gateway/core/events/event.js'
import type { InstanceId } from '#gateway/core/ids.js'
import type { MediaFile } from '#gateway/core/media/media-file.js'
import type { MediaStore } from '#gateway/core/ports/media-store.js'
import type { Content, FileContent } from '#gateway/core/messages/content.js'
import { noon, ownedInstance } from '../store/sample.js'
import type { Opened } from '../store/store-contract.js'

const day = 86_400_000
const later = (days: number): Date => new Date(noon.getTime() + days * day)
const sha256 = (): string => randomBytes(32).toString('hex')

export function newFile(more: Partial<MediaFile> = {}): MediaFile {
  return { id: newMediaId(), name: 'a.jpg', mimetype: 'image/jpeg', size: 5, sha256: sha256(), handle: 'h', ...more }
}

export function photo(file: MediaFile, more: Partial<FileContent> = {}): FileContent {
  return { kind: 'image', file, ...more }
}

const people = {
  chat: '1@s.whatsapp.net',
  chatPhone: '1',
  chatLid: null,
  sender: '1@s.whatsapp.net',
  phone: '1',
  lid: null,
}

export function received(content: Content, id = 'M1'): EventBody {
  return {
    kind: 'message.received',
    data: { ...people, id, name: null, fromMe: false, sentAt: noon.toISOString(), content },
  }
}

/** What every store promises of files, whatever database is behind it. */
export function mediaStoreContract(name: string, open: () => Promise<Opened>): void {
  const opened = async () => {
    const { store } = await open()
    onTestFinished(() => store.close())
    return { store, ...(await ownedInstance(store)) }
  }
  const add = async (media: MediaStore, instance: InstanceId, at = noon): Promise<string> => {
    const { id, ...facts } = newFile()
    await media.add({ key: mediaKey(id), instance, facts, at })
    return mediaKey(id)
  }
  const everything = { receivedBefore: later(1), uploadedBefore: later(1), unsettledBefore: later(1) }
  const all = { allBut: [] }
  const nothing = { receivedBefore: noon, uploadedBefore: noon, unsettledBefore: noon }

  describe(`${name}: files`, () => {
    test('an uploaded file is seen once it is settled, with everything that is known of it', async () => {
      const { store, instance } = await opened()
      const { id, ...facts } = newFile({ name: 'né.jpg' })
      const key = mediaKey(id)
      await store.media.add({ key, instance: instance.id, facts, at: noon })
      expect(await store.media.find(key)).toBeUndefined()
      const digest = sha256()
      await store.media.settle(key, { size: 7, sha256: digest, at: noon })
      const state = { kind: 'here', size: 7, sha256: digest }
      expect(await store.media.find(key)).toEqual({ key, instance: instance.id, facts, state })
      expect(await store.media.find(mediaKey(newMediaId()))).toBeUndefined()
    })

    test('the commit that tells of a message notes its file and the one that it quotes', async () => {
      const { store, instance, ref } = await opened()
      const [file, quoted] = [newFile(), newFile({ name: null, size: null, sha256: null })]
      const content = photo(file, { quoted: { id: 'M0', sender: null, content: photo(quoted) } })
      await store.instances.commit(ref, { at: noon, events: [received(content)] })
      for (const { id, ...facts } of [file, quoted])
        expect(await store.media.find(mediaKey(id))).toEqual({
          key: mediaKey(id),
          instance: instance.id,
          facts,
          state: { kind: 'absent' },
        })
      expect(await store.media.absent(instance.id, 10)).toHaveLength(2)
      expect(await store.media.absent(instance.id, 1)).toHaveLength(1)
    })

    test('a commit that is refused notes nothing', async () => {
      const { store, ref } = await opened()
      const file = newFile()
      const step = { at: noon, events: [received(photo(file))] }
      await expect(store.instances.commit({ ...ref, epoch: 0 }, step)).rejects.toMatchObject({ code: 'stale-owner' })
      expect(await store.media.find(mediaKey(file.id))).toBeUndefined()
    })

    test('a file that is passed on stays as it is known', async () => {
      const { store, instance, ref } = await opened()
      const file = newFile()
      await store.instances.commit(ref, { at: noon, events: [received(photo(file))] })
      await store.media.settle(mediaKey(file.id), { size: 5, sha256: sha256(), at: noon })
      await store.instances.commit(ref, { at: noon, events: [received(photo(file), 'M2')] })
      expect(await store.media.find(mediaKey(file.id))).toMatchObject({
        instance: instance.id,
        state: { kind: 'here' },
      })
    })

    test('why a file cannot be had is remembered, and forgotten when it can', async () => {
      const { store, instance, ref } = await opened()
      const file = newFile()
      const key = mediaKey(file.id)
      await store.instances.commit(ref, { at: noon, events: [received(photo(file))] })
      await store.media.giveUp(key, 'media-unavailable', later(1))
      const state = { kind: 'given-up', failure: 'media-unavailable', at: later(1) }
      expect(await store.media.find(key)).toMatchObject({ state })
      expect(await store.media.absent(instance.id, 10)).toEqual([])
      await store.media.settle(key, { size: 5, sha256: sha256(), at: later(2) })
      expect(await store.media.find(key)).toMatchObject({ state: { kind: 'here' } })
    })

    test('what is too old is seen no more, then its bytes are due, and it is forgotten once they are gone', async () => {
      const { store, instance, ref } = await opened()
      const file = newFile()
      await store.instances.commit(ref, { at: noon, events: [received(photo(file))] })
      const uploaded = await add(store.media, instance.id)
      await store.media.settle(uploaded, { size: 5, sha256: sha256(), at: noon })
      const unsettled = await add(store.media, instance.id)
      const young = await add(store.media, instance.id, later(2))
      expect(await store.media.expire(nothing, all)).toBe(true)
      expect(await store.media.doomed(10)).toEqual([])

      expect(await store.media.expire({ ...nothing, uploadedBefore: later(1) }, all)).toBe(true)
      expect(await store.media.find(uploaded)).toBeUndefined()
      expect(await store.media.find(mediaKey(file.id))).toBeDefined()
      await store.media.expire(everything, all)
      const keys = [mediaKey(file.id), uploaded, unsettled].sort()
      expect((await store.media.doomed(10)).sort()).toEqual(keys)
      await store.media.settle(unsettled, { size: 5, sha256: sha256(), at: later(2) })
      expect(await store.media.find(unsettled)).toBeUndefined()
      await store.media.forget([...keys, young])
      expect(await store.media.doomed(10)).toEqual([])
      await store.media.settle(young, { size: 5, sha256: sha256(), at: later(2) })
      expect(await store.media.find(young)).toBeDefined()
    })

    test('what is too old of one workspace is young enough for another', async () => {
      const { store, instance } = await opened()
      const theirs = await ownedInstance(store)
      const settled = async (owner: InstanceId): Promise<string> => {
        const key = await add(store.media, owner)
        await store.media.settle(key, { size: 5, sha256: sha256(), at: noon })
        return key
      }
      const [own, other] = [await settled(instance.id), await settled(theirs.instance.id)]
      expect(await store.media.expire(everything, { allBut: [instance.workspace, theirs.instance.workspace] })).toBe(
        true,
      )
      expect(await store.media.doomed(10)).toEqual([])
      await store.media.expire(everything, { only: theirs.instance.workspace })
      expect(await store.media.doomed(10)).toEqual([other])
      await store.media.expire(everything, { allBut: [theirs.instance.workspace] })
      expect((await store.media.doomed(10)).sort()).toEqual([own, other].sort())
    })

    test('how long a workspace keeps files is what it set last', async () => {
      const { store, instance } = await opened()
      await store.access.ensureWorkspace('says nothing')
      expect(await store.media.limits()).toEqual(new Map())
      for (const received of [7, 8]) await store.media.setLimits(instance.workspace, { received, uploaded: 1 })
      expect(await store.media.limits()).toEqual(new Map([[instance.workspace, { received: 8, uploaded: 1 }]]))
    })

    test('expiring goes by batches', async () => {
      const { store, instance } = await opened()
      await Promise.all(Array.from({ length: 450 }, () => add(store.media, instance.id)))
      const done: boolean[] = []
      while (!done.at(-1)) done.push(await store.media.expire(everything, all))
      expect(done).toEqual([false, false, true])
      expect(await store.media.doomed(1000)).toHaveLength(450)
    })

    test('files of a removed instance are seen no more at once, and their bytes are due', async () => {
      const { store, instance, ref } = await opened()
      const file = newFile()
      await store.instances.commit(ref, { at: noon, events: [received(photo(file))] })
      const other = await ownedInstance(store)
      const kept = await add(store.media, other.instance.id)
      await store.instances.remove(instance.workspace, instance.id)
      expect(await store.media.find(mediaKey(file.id))).toBeUndefined()
      expect(await store.media.doomed(10)).toEqual([mediaKey(file.id)])
      await store.media.settle(kept, { size: 5, sha256: sha256(), at: noon })
      expect(await store.media.find(kept)).toBeDefined()
    })

    test('a file is of an instance that there is', async () => {
      const { store } = await opened()
      await expect(add(store.media, 'nobody' as InstanceId)).rejects.toMatchObject({ code: 'instance-not-found' })
    })

    test('after a restart everything is as it was', async () => {
      const database = await open()
      const { instance } = await ownedInstance(database.store)
      const key = await add(database.store.media, instance.id)
      await database.store.media.settle(key, { size: 5, sha256: sha256(), at: noon })
      const before = await database.store.media.find(key)
      const { store } = await database.reopen()
      onTestFinished(() => store.close())
      expect(await store.media.find(key)).toEqual(before)
    })
  })
}
