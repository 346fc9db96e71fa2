import { createHash } from 'node:crypto'
import type { VirtualPhone } from '@gangway/simulator'
import { expect, test } from 'vitest'
import { Dice } from './chaos/dice.js'
import { type GatewayEvent, type Instance, until } from './native-client.js'
import { smallJpeg } from './small-files.js'
import { startWorld, type World } from './world.js'

/** One of the two who talk. */
interface Side {
  readonly name: string
  readonly instance: Instance
  readonly phone: VirtualPhone
  /** Everything in its log so far, in order. */
  readonly log: GatewayEvent[]
}

/** What was said or done, whichever side tells it. */
interface Line {
  readonly id: string
  readonly said: unknown
}

interface Told {
  readonly id: string
  readonly content: Readonly<Record<string, unknown>> & { readonly kind: string }
  readonly target: string
  readonly emoji: string | null
}

const lines = 1000
/** How many may wait to be sent: it is a conversation and no load. */
const mostWaiting = 20
/** How often something goes wrong on the way. */
const trouble = 60

test('two accounts talk through drops and kills, and both have the same transcript in the end', async () => {
  const world = await startWorld({ env: { GANGWAY_LOG_LEVEL: 'warn' } })
  const dice = new Dice(5)
  const [shop, customer] = [await join(world, 'shop'), await join(world, 'customer')]
  const sides = [shop, customer]
  for (let line = 1; line <= lines; line++) {
    const [from, to] = dice.chance(0.5) ? [shop, customer] : [customer, shop]
    await submit(world, from, `line-${line}`, { to: to.phone.number, ...wish(dice, from, line) })
    await progress(world, sides, line - mostWaiting)
    if (line % trouble === 0) await goWrong(world, dice, sides)
  }
  await progress(world, sides, lines)
  const told = await until(
    async () => {
      for (const side of sides) await catchUp(world, side)
      return sides.flatMap((side) => [transcript(side, ownLine).length, transcript(side, theirLine).length])
    },
    ([byShop, toShop, byCustomer, toCustomer]) => byShop === toCustomer && byCustomer === toShop,
  )
  expect(Math.min(...told)).toBeGreaterThan(lines / 3)
  expect(await withDigests(transcript(customer, theirLine))).toEqual(await withDigests(transcript(shop, ownLine)))
  expect(await withDigests(transcript(shop, theirLine))).toEqual(await withDigests(transcript(customer, ownLine)))
  expect(world.whatsapp.history().filter(({ event }) => event === 'violation')).toEqual([])
}, 600_000)

/** Until so many lines have been sent. Each one more is worth waiting for anew. */
async function progress(world: World, sides: readonly Side[], count: number): Promise<void> {
  const sent = async (): Promise<number> => {
    for (const side of sides) await catchUp(world, side)
    return sides.reduce((sum, side) => sum + transcript(side, ownLine).length, 0)
  }
  for (let before = await sent(); before < count;) {
    const known = before
    before = await until(sent, (now) => now > known)
  }
}

async function join(world: World, name: string): Promise<Side> {
  return { name, ...(await world.linked(name)), log: [] }
}

/** Something to say, or to do to what was said before. */
function wish(dice: Dice, side: Side, line: number): object {
  const own = side.log.filter(({ kind, data }) => kind === 'message.sent' && !isAct((data as unknown as Told).content))
  const theirs = side.log.filter(({ kind }) => kind === 'message.received')
  const deleted = new Set(side.log.filter(isDeletion).map(targetOf))
  const pick = (events: readonly GatewayEvent[]): string | undefined => {
    const left = events.map(({ data }) => String(data.id)).filter((id) => !deleted.has(id))
    return left[Math.floor(dice.between(0, left.length))]
  }
  const [mine, other] = [pick(own), pick(theirs)]
  const texts = own.filter(({ data }) => (data as unknown as Told).content.kind === 'text')
  const kind = dice.next()
  if (kind < 0.08 && other !== undefined) return { text: `answer ${line}`, replyTo: other }
  if (kind < 0.16 && other !== undefined) return { content: { kind: 'reaction', target: other, emoji: '👍' } }
  if (kind < 0.22) {
    const target = pick(texts)
    if (target !== undefined) return { content: { kind: 'edit', target, text: `corrected in ${line}` } }
  }
  if (kind < 0.26 && mine !== undefined) return { content: { kind: 'delete', target: mine } }
  return { content: said(kind, line) }
}

function said(kind: number, line: number): object {
  if (kind < 0.34) return { kind: 'image', base64: smallJpeg(`picture ${line}`), caption: `picture ${line}` }
  if (kind < 0.4) {
    const base64 = Buffer.from(`%PDF-1.4\n% document ${line}\n`).toString('base64')
    return { kind: 'document', base64, name: `${line}.pdf` }
  }
  if (kind < 0.44) return { kind: 'location', latitude: 1.5, longitude: line / 10, name: `place ${line}` }
  if (kind < 0.48) return { kind: 'contacts', contacts: [{ name: `Ana ${line}`, phone: '15550001111' }] }
  if (kind < 0.52) return { kind: 'poll', question: `poll ${line}?`, options: ['yes', 'no'] }
  return { kind: 'text', text: `text ${line}` }
}

async function submit({ api, gateway }: World, side: Side, key: string, body: object): Promise<void> {
  await until(
    async () => {
      if (!gateway.running) return false
      const path = `/instances/${side.instance.id}/messages`
      const { status, text } = await api.call('POST', path, body, { 'idempotency-key': key })
      if (status >= 400 && status < 500) throw new Error(`refused with ${status}: ${text} for ${JSON.stringify(body)}`)
      return status === 201
    },
    (taken) => taken,
  )
}

async function goWrong({ gateway, whatsapp, api }: World, dice: Dice, sides: readonly Side[]): Promise<void> {
  const what = dice.next()
  if (what < 0.4) {
    await gateway.kill()
    await gateway.start()
    for (const { instance } of sides) await api.reaches(instance.id, 'linked')
    return
  }
  const number = sides[Math.floor(dice.between(0, sides.length))]?.phone.number ?? ''
  if (what < 0.7) whatsapp.faults.add({ kind: 'close-socket', number })
  else whatsapp.faults.add({ kind: dice.chance(0.5) ? 'lose-ack' : 'duplicate', number })
}

async function catchUp({ api }: World, { instance, log }: Side): Promise<void> {
  for (;;) {
    const after = log.at(-1)?.seq ?? 0
    const path = `/instances/${instance.id}/events?after=${after}&limit=500`
    const { items } = await api.ok<{ items: GatewayEvent[] }>('GET', path)
    log.push(...items)
    if (items.length < 500) return
  }
}

/** In the order of the log, each line once. */
function transcript(side: Side, lineOf: (event: GatewayEvent) => Line | undefined): Line[] {
  return side.log.flatMap((event) => lineOf(event) ?? [])
}

function ownLine({ kind, data }: GatewayEvent): Line | undefined {
  if (kind !== 'message.sent') return undefined
  const { id, content } = data as unknown as Told
  return { id, said: isAct(content) ? act(content) : essence(content) }
}

function theirLine({ kind, data }: GatewayEvent): Line | undefined {
  const { id, content, target, emoji } = data as unknown as Told
  switch (kind) {
    case 'message.received':
      return { id, said: essence(content) }
    case 'message.edited':
      return { id, said: { edit: target, text: content.text } }
    case 'message.deleted':
      return { id, said: { delete: target } }
    case 'message.reaction':
      return { id, said: { reaction: target, emoji } }
    default:
      return undefined
  }
}

type Content = Told['content']

const acts = new Set(['reaction', 'edit', 'delete'])

function isAct({ kind }: Content): boolean {
  return acts.has(kind)
}

function act(content: Content): object {
  const target = (content.target as { id: string }).id
  if (content.kind === 'edit') return { edit: target, text: (content.content as Content).text }
  return content.kind === 'reaction' ? { reaction: target, emoji: content.emoji } : { delete: target }
}

/** Without what only one side can know: where it keeps the file, and how it came by a thumbnail. */
function essence({ file, quoted, thumbnail: _thumbnail, ...rest }: Content): unknown {
  const { url, name } = (file ?? {}) as { url?: string; name?: string }
  const answers = (quoted as { id?: string } | undefined)?.id
  return { ...rest, ...(url === undefined ? {} : { url, name }), ...(answers === undefined ? {} : { answers }) }
}

/** Each file by the digest of its bytes, read from where the side says that it is. */
async function withDigests(transcriptOfOne: readonly Line[]): Promise<Line[]> {
  const read: Line[] = []
  for (const { id, said: one } of transcriptOfOne) {
    const { url, ...rest } = one as { url?: string }
    read.push({ id, said: url === undefined ? rest : { ...rest, sha256: await digestAt(url) } })
  }
  return read
}

async function digestAt(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}

function isDeletion({ kind, data }: GatewayEvent): boolean {
  return kind === 'message.deleted' || (kind === 'message.sent' && (data as unknown as Told).content.kind === 'delete')
}

function targetOf({ kind, data }: GatewayEvent): string {
  const { target, content } = data as unknown as Told
  return kind === 'message.deleted' ? target : (content.target as { id: string }).id
}
