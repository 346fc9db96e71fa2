import { setImmediate } from 'node:timers/promises'
import type { Account } from '../accounts/account.js'
import type { Group } from '../groups/group.js'
import type { PreparedMessages } from '../message.js'
import type { Correspondent } from './correspondent.js'
import { handOver, makeReady, type Ready } from './sending.js'

/** So many messages are made or sent before others get a turn: acknowledgements come in while more is going out. */
const atOnce = 16

/** Many texts to one chat. */
export async function sendTexts(
  phone: Correspondent,
  chat: Account | Group,
  texts: readonly string[],
): Promise<readonly string[]> {
  const ids: string[] = []
  for (const some of inPortions(texts)) {
    const batch = phone.network.batch()
    for (const conversation of some) {
      const ready = await makeReady(phone, chat, { conversation }, batch)
      ids.push(handOver(phone, ready, batch).id)
    }
    batch.commit()
    await setImmediate()
  }
  return ids
}

/** The same in two steps; `run` is how the second takes its turn among what else the phone does. */
export async function prepareTexts(
  phone: Correspondent,
  chat: Account | Group,
  texts: readonly string[],
  run: <Result>(act: () => Promise<Result>) => Promise<Result>,
): Promise<PreparedMessages> {
  const ready: Ready[] = []
  for (const some of inPortions(texts)) {
    const batch = phone.network.batch()
    for (const conversation of some) ready.push(await makeReady(phone, chat, { conversation }, batch))
    batch.commit()
    await setImmediate()
  }
  return {
    ids: ready.map(({ message }) => message.id),
    push: (count = Number.POSITIVE_INFINITY) => run(() => pushNext(phone, ready, count)),
  }
}

async function pushNext(phone: Correspondent, ready: Ready[], count: number): Promise<readonly string[]> {
  const next = ready.splice(0, count)
  for (const some of inPortions(next)) {
    const batch = phone.network.batch()
    for (const one of some) handOver(phone, one, batch)
    batch.commit()
    await setImmediate()
  }
  return next.map(({ message }) => message.id)
}

function* inPortions<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += atOnce) yield items.slice(at, at + atOnce)
}
