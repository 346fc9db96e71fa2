import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startSandbox } from '#gateway/app/sandbox.js'
import { SandboxService } from '#gateway/core/sandbox/sandbox-service.js'
import { type Document, shapes } from './promised-shape.js'
import { startWorld } from './world.js'

interface Message {
  readonly id: string
  readonly kind: string
  readonly text: string
  readonly about: string | null
  readonly choices: readonly string[]
  readonly options: readonly { id: string }[]
  readonly forwarded: number
  readonly viewOnce: boolean
  readonly file: { mimetype: string; size: number; name: string | null } | null
  readonly receipts: readonly { by: string; kind: string }[]
}

/** Ana and Ben, two phones of the real sandbox, over the API. */
async function anaAndBen() {
  const folder = await mkdtemp(join(tmpdir(), 'gangway-sandbox-'))
  const running = await startSandbox(folder)
  onTestFinished(async () => {
    await running.close()
    await rm(folder, { recursive: true })
  })
  const world = await startWorld({ sandbox: new SandboxService(async () => running.sandbox) })
  const phone = async (number: string) => {
    await world.call('POST', '/api/v1/sandbox/phones', { number })
    const path = `/api/v1/sandbox/phones/${number}`
    const messages = async () => (await world.call('GET', `${path}/messages`)).body.items as Message[]
    return {
      number,
      path,
      messages,
      /** Resolves with what this phone is told by that id. */
      async has(id: string): Promise<Message> {
        const found = async () => (await messages()).find((one) => one.id === id)
        await expect.poll(found).toBeDefined()
        const message = await found()
        if (message === undefined) throw new Error(`message ${id} is gone again`)
        return message
      },
      async post(action: string, body: unknown): Promise<Message> {
        const answer = await world.call('POST', `${path}/${action}`, body)
        expect([answer.status, answer.text]).toEqual([201, answer.text])
        return answer.body as unknown as Message
      },
    }
  }
  return { ...world, ana: await phone('15550000001'), ben: await phone('15550000002') }
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const contents: readonly (readonly [content: Record<string, unknown>, arrives: object])[] = [
  [
    { kind: 'text', text: 'hello' },
    { kind: 'text', text: 'hello' },
  ],
  [
    { kind: 'image', base64: png.toString('base64'), mimetype: 'image/png', caption: 'this', viewOnce: true },
    { kind: 'image', text: 'this', viewOnce: true, file: { mimetype: 'image/png', size: png.length, name: null } },
  ],
  [{ kind: 'video' }, { kind: 'video' }],
  [{ kind: 'video-note' }, { kind: 'video-note' }],
  [{ kind: 'voice' }, { kind: 'audio' }],
  [{ kind: 'audio' }, { kind: 'audio' }],
  [
    { kind: 'document', name: 'menu.pdf' },
    { kind: 'document', file: { name: 'menu.pdf' } },
  ],
  [{ kind: 'sticker' }, { kind: 'sticker' }],
  [{ kind: 'location', latitude: 1.5, longitude: 2.5, name: 'Shop' }, { kind: 'location' }],
  [{ kind: 'live-location', latitude: 1.5, longitude: 2.5, sequence: 1 }, { kind: 'live-location' }],
  [
    {
      kind: 'contacts',
      contacts: [
        { name: 'Cy', phone: '+1 555 000 0003' },
        { name: 'Di', phone: '15550000004' },
      ],
    },
    { kind: 'contacts' },
  ],
  [
    { kind: 'poll', question: 'When?', options: ['now', 'later'] },
    { kind: 'poll', text: 'When?' },
  ],
  [
    { kind: 'buttons', text: 'Choose', buttons: [{ id: 'y', text: 'Yes' }] },
    { kind: 'buttons', text: 'Choose' },
  ],
  [
    {
      kind: 'list',
      text: 'Choose',
      button: 'Open',
      sections: [{ title: 'Drinks', rows: [{ id: 'tea', title: 'Tea' }] }],
    },
    { kind: 'list', text: 'Choose' },
  ],
]

test('a phone says everything that people say, files and all', async () => {
  const { call, ana, ben } = await anaAndBen()
  const document = (await call('GET', '/openapi.json')).body as unknown as Document
  const differences = shapes(document)(document.components.schemas.SandboxMessage)
  for (const [content, arrives] of contents) {
    const sent = await ana.post('messages', { to: ben.number, content })
    expect(differences(sent)).toEqual([])
    expect(await ben.has(sent.id)).toMatchObject(arrives)
  }
  const [picture] = (await ben.messages()).filter(({ kind }) => kind === 'image')
  const { headers, bytes } = await call('GET', `${ben.path}/messages/${picture?.id ?? ''}/file`)
  expect(bytes.equals(png)).toBe(true)
  expect(headers.get('content-disposition')).toBe('attachment')
  const [first] = await ben.messages()
  expect((await call('GET', `${ben.path}/messages/${first?.id ?? ''}/file`)).body.code).toBe('media-not-found')
})

test('a phone reacts, edits, deletes, votes, chooses, passes on and reads', async () => {
  const { call, ana, ben } = await anaAndBen()
  const send = (content: object) => ana.post('messages', { to: ben.number, content })
  const text = await send({ kind: 'text', text: 'helo' })
  await ben.has(text.id)
  const reaction = await ben.post('acts', { kind: 'reaction', target: text.id, emoji: '👍' })
  expect(await ana.has(reaction.id)).toMatchObject({ kind: 'reaction', text: '👍', about: text.id })
  const answer = await ben.post('messages', { to: ana.number, text: 'what?', replyTo: text.id })
  expect(await ana.has(answer.id)).toMatchObject({ about: text.id })
  const edit = await ana.post('acts', { kind: 'edit', target: text.id, text: 'hello' })
  expect(await ben.has(edit.id)).toMatchObject({ kind: 'edit', text: 'hello', about: text.id })
  const poll = await send({ kind: 'poll', question: 'When?', options: ['now', 'later'] })
  await ben.has(poll.id)
  const vote = await ben.post('acts', { kind: 'poll-vote', target: poll.id, options: ['later'] })
  expect(await ana.has(vote.id)).toMatchObject({ kind: 'vote', choices: ['later'] })
  const buttons = await send({ kind: 'buttons', text: 'Sure?', buttons: [{ id: 'y', text: 'Yes' }] })
  await ben.has(buttons.id)
  const choice = await ben.post('acts', { kind: 'choose', target: buttons.id, option: 'y' })
  expect(await ana.has(choice.id)).toMatchObject({ kind: 'choice', choices: ['y'], about: buttons.id })
  const passed = await ben.post('acts', { kind: 'forward', target: poll.id, to: ana.number })
  expect((await ana.has(passed.id)).forwarded).toBeGreaterThan(0)
  const pinned = await ben.post('acts', { kind: 'pin', target: text.id, seconds: 86_400 })
  expect(await ana.has(pinned.id)).toMatchObject({ kind: 'pin', about: text.id })
  const gone = await ana.post('acts', { kind: 'delete', target: text.id })
  expect(await ben.has(gone.id)).toMatchObject({ kind: 'revoke', about: text.id })
  const voice = await send({ kind: 'voice' })
  await ben.has(voice.id)
  expect((await call('POST', `${ben.path}/read`)).status).toBe(204)
  expect((await call('POST', `${ben.path}/play`, { ids: [voice.id] })).status).toBe(204)
  await expect
    .poll(async () => (await ana.has(voice.id)).receipts.map(({ kind }) => kind))
    .toEqual(expect.arrayContaining(['read', 'played']))
  expect((await call('POST', `${ben.path}/presence`, { to: ana.number, presence: 'recording' })).status).toBe(204)
  expect((await call('POST', `${ben.path}/availability`, { available: true })).status).toBe(204)

  const refused = await call('POST', `${ben.path}/acts`, { kind: 'reaction', target: 'FF', emoji: '👍' })
  expect([refused.status, refused.body.code]).toEqual([404, 'message-not-found'])
  const nobody = await call('POST', `${ben.path}/messages`, { to: '15559999999', text: 'hi' })
  expect(nobody.body.code).toBe('recipient-not-found')
})

test('a phone posts a status, and makes, joins and leaves groups', async () => {
  const { call, ana, ben } = await anaAndBen()
  const status = await ana.post('status', { text: 'closed', audience: [ben.number] })
  expect(await ben.has(status.id)).toMatchObject({ text: 'closed', to: 'status@broadcast' })

  const group = (await call('POST', `${ana.path}/groups`, { subject: 'Team', participants: [] })).body
  const path = `${ana.path}/groups/${String(group.id)}`
  expect(group).toMatchObject({ subject: 'Team', participants: [{ number: ana.number, role: 'owner' }] })
  const { code } = (await call('GET', `${path}/invite`)).body
  expect((await call('POST', `${ben.path}/groups/join`, { code })).body.id).toBe(group.id)
  const invite = await ana.post('messages', { to: ben.number, content: { kind: 'group-invite', group: group.id } })
  expect(await ben.has(invite.id)).toMatchObject({ kind: 'group-invite' })
  expect((await call('PATCH', path, { subject: 'Crew' })).body.subject).toBe('Crew')
  const change = { change: 'promote', participants: [ben.number] }
  const { participants } = (await call('POST', `${path}/participants`, change)).body
  expect(participants).toMatchObject([{ role: 'owner' }, { number: ben.number, role: 'admin' }])
  const said = await ben.post('messages', { to: group.id, text: 'hi all' })
  expect(await ana.has(said.id)).toMatchObject({ text: 'hi all' })
  expect((await call('GET', `${ben.path}/groups`)).body.items).toMatchObject([{ id: group.id }])
  expect((await call('POST', `${ben.path}/groups/${String(group.id)}/leave`)).status).toBe(204)
  expect((await call('GET', `${ben.path}/groups`)).body.items).toEqual([])
  expect((await call('GET', `${ben.path}/groups/${String(group.id)}/invite`)).body.code).toBe('group-not-found')
})
