import type { Client } from '@gangway/sdk'

/** One of the two accounts of the demo: an instance, and the virtual phone that it is linked with. */
export interface Shop {
  readonly name: string
  readonly instance: string
  /** Number of its phone. */
  readonly number: string
}

/** Seconds that anything of the demo may take at most. */
const patience = 15

export async function openShop(client: Client, name: string): Promise<Shop> {
  const { id } = await client.instances.create({ name, network: 'sandbox' })
  const { number } = await client.phones.create({ name })
  return { name, instance: id, number }
}

/** The phone scans the picture, as a camera would, and the shop is linked when this resolves. */
export async function linkByPicture(client: Client, { instance, number }: Shop): Promise<void> {
  const link = await client.links.start(instance, { method: 'qr' })
  if (link.step !== 'scan') throw new Error(`there is no QR to scan; the step is '${link.step}'`)
  await client.phones.scan(number, { image: link.png })
  for await (const step of client.links.watch(instance, AbortSignal.timeout(patience * 1000))) {
    if (step.step === 'failed') throw new Error(step.error.detail)
    if (step.step === 'linked') return
  }
  await awaitLinked(client, { instance, number })
}

/** Follows the log of events until the shop is linked. Rejects when it was linked by another phone. */
export async function awaitLinked(client: Client, { instance, number }: Pick<Shop, 'instance' | 'number'>) {
  const enough = AbortSignal.timeout(patience * 1000)
  let { state, account } = await client.instances.get(instance)
  for await (const _event of state === 'linked' ? [] : client.events.stream(instance, undefined, enough)) {
    ;({ state, account } = await client.instances.get(instance))
    if (state === 'linked') break
  }
  if (state !== 'linked') throw new Error(`the instance is '${state}', not linked`)
  if (account?.phone !== number) throw new Error('the instance is linked to another account')
  return account
}

/** Sends a text and resolves once it stands in the events of the other, with the same id and to the letter. */
export async function send(client: Client, from: Shop, to: Shop, text: string): Promise<void> {
  const { id } = await client.messages.send(from.instance, { to: to.number, text })
  const enough = AbortSignal.timeout(patience * 1000)
  for await (const event of client.events.stream(to.instance, undefined, enough)) {
    if (event.kind !== 'message.received' || event.data.id !== id) continue
    const { content, phone } = event.data
    if (content.kind !== 'text' || content.text !== text) throw new Error('another text arrived than was sent')
    if (phone !== from.number) throw new Error('it arrived from another number')
    return
  }
  throw new Error(`it did not arrive within ${patience} s`)
}

/** Every text that arrived, in order. */
export async function received(client: Client, { instance }: Shop): Promise<string[]> {
  const { items } = await client.events.list(instance, { limit: 1000, kind: ['message.received'] })
  return items.flatMap(({ kind, data }) => {
    if (kind !== 'message.received') return []
    return data.content.kind === 'text' ? data.content.text : data.content.kind
  })
}

/** What would differ if the shop had been linked anew: the devices its phone knows, and the steps of linking in its log. */
export async function pairings(client: Client, { instance, number }: Shop): Promise<string> {
  const [{ devices }, { items }] = await Promise.all([
    client.phones.get(number),
    client.events.list(instance, { limit: 1000, kind: ['link.step'] }),
  ])
  if (devices.length !== 1) throw new Error(`the phone knows ${devices.length} linked devices, not one`)
  return JSON.stringify({ devices: devices.map(({ jid }) => jid), steps: items.map(({ seq }) => seq) })
}
