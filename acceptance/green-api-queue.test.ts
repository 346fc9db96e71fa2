import whatsAppClient from '@green-api/whatsapp-api-client'
import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Endpoint, toThisMachine } from './endpoint.js'
import { type Credentials, GreenClient, newInstance } from './green-api/client.js'
import { until } from './native-client.js'
import { startWorld, type World } from './world.js'

interface Shop {
  readonly id: string
  readonly credentials: Credentials
  readonly client: GreenClient
  readonly phone: VirtualPhone
}

/** An instance that is linked and tells what these settings switch on. */
async function shop(
  { api, whatsapp, gateway }: World,
  settings: Record<string, string>,
  account?: VirtualPhone,
): Promise<Shop> {
  const phone = account ?? (await whatsapp.registerPhone({ name: 'Shop' }))
  const { id, credentials } = await newInstance(api)
  const client = new GreenClient(gateway, credentials)
  expect((await client.post('setSettings', settings)).body).toEqual({ saveSettings: true })
  const qr = await api.qr(id)
  await phone.scan(qr)
  await api.reaches(id, 'linked')
  return { id, credentials, client, phone }
}

/** GREEN-API's own client, whose loop asks, calls back and deletes, and asks again after a second when it fails. */
function sdk({ gateway }: World, { credentials }: Shop) {
  const { webhookService } = whatsAppClient.restAPI({
    idInstance: String(credentials.idInstance),
    apiTokenInstance: credentials.apiTokenInstance,
    host: gateway.url,
    media: gateway.url,
  })
  onTestFinished(() => webhookService.stopReceivingNotifications())
  return webhookService
}

interface Notification {
  readonly typeWebhook: string
  readonly idMessage: string
  readonly [field: string]: unknown
}

/** Fetches and deletes until one fits; all that came are kept. */
async function drained(client: GreenClient, seen: Notification[], fits: (one: Notification) => boolean): Promise<void> {
  await until(
    async () => {
      const { body } = await client.get('receiveNotification')
      if (body.receiptId === undefined) return undefined
      const removal = await fetch(`${client.url('deleteNotification')}/${Number(body.receiptId)}`, { method: 'DELETE' })
      expect(await removal.json()).toEqual({ result: true })
      const notification = body.body as Notification
      seen.push(notification)
      return notification
    },
    (one) => one !== undefined && fits(one),
  )
}

describe("GREEN-API's own JavaScript client and the queue", () => {
  test('its loop is given every message in order and once, and leaves nothing behind', async () => {
    const world = await startWorld()
    const owned = await shop(world, { incomingWebhook: 'yes' })
    const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
    const wanted = Array.from({ length: 30 }, (_, i) => (i % 5 === 4 ? `https://shop.example/${i}` : `message ${i}`))
    const [early, late] = [wanted.slice(0, 10), wanted.slice(10)]
    for (const text of early) await ana.send(owned.phone.number, text)

    const received: string[] = []
    const service = sdk(world, owned)
    service.onReceivingMessageText(({ messageData, senderData }) => {
      expect(senderData).toMatchObject({ chatId: `${ana.number}@c.us`, sender: `${ana.number}@c.us` })
      received.push(messageData.textMessageData.textMessage)
    })
    service.onReceivingMessageTextURL(({ messageData }) => received.push(messageData.extendedTextMessageData.text))
    await service.startReceivingNotifications()
    for (const text of late) await ana.send(owned.phone.number, text)
    await until(
      () => received,
      ({ length }) => length === wanted.length,
    )
    await service.stopReceivingNotifications()
    // The client deletes a notification after it has told of it, and its stopping does not wait for that.
    await expect.poll(() => service.receiveNotification()).toBeNull()
    expect(received).toEqual(wanted)
    expect(await service.deleteNotification(1)).toEqual({ result: false })
  })

  test('a gateway that is killed in the middle loses none', async () => {
    const world = await startWorld()
    const { gateway, whatsapp } = world
    const owned = await shop(world, { incomingWebhook: 'yes' })
    const ana = await whatsapp.registerPhone({ name: 'Ana' })
    const texts = (from: number) => Array.from({ length: 10 }, (_, i) => `message ${from + i}`)
    for (const text of texts(0)) await ana.send(owned.phone.number, text)
    // Not before all of them are at the gateway: its end is to come in the middle of a full queue.
    await until(
      () => world.api.events(owned.id),
      (events) => events.filter(({ kind }) => kind === 'message.received').length === 10,
    )

    // The client says so of every request that fails.
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => {
      complaints.mockRestore()
    })
    const received: string[] = []
    let end: Promise<void> | undefined
    const service = sdk(world, owned)
    service.onReceivingMessageText(({ messageData }) => {
      received.push(messageData.textMessageData.textMessage)
      if (received.length === 4) end = gateway.kill()
    })
    await service.startReceivingNotifications()
    await until(
      () => received.length,
      (count) => count >= 4,
    )
    await end
    for (const text of texts(10)) await ana.send(owned.phone.number, text)
    await gateway.start()
    await until(
      () => received,
      (all) => all.includes('message 19'),
    )
    await service.stopReceivingNotifications()
    // The one that was under way may have been given twice: its deletion did not come through.
    expect(received.filter((text, i) => text !== received[i - 1])).toEqual([...texts(0), ...texts(10)])
    expect(received.length).toBeLessThanOrEqual(21)
    await expect.poll(() => service.receiveNotification()).toBeNull()
  })
})

describe('what people do, in GREEN-API’s notifications', () => {
  const everything = {
    incomingWebhook: 'yes',
    outgoingWebhook: 'yes',
    outgoingMessageWebhook: 'yes',
    outgoingAPIMessageWebhook: 'yes',
    stateWebhook: 'yes',
    incomingCallWebhook: 'yes',
    editedMessageWebhook: 'yes',
    deletedMessageWebhook: 'yes',
  }

  test('linking, messages of either side, reactions, edits, deletions, receipts and calls', async () => {
    const world = await startWorld()
    const { id, client, phone } = await shop(world, everything)
    const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
    const seen: Notification[] = []
    const idOf = ({ id: idMessage }: { id: string }) => idMessage
    const next = async (fits: (one: Notification) => boolean) => {
      await drained(client, seen, fits)
      return seen.at(-1)
    }

    expect(await next(({ stateInstance }) => stateInstance === 'authorized')).toMatchObject({
      typeWebhook: 'stateInstanceChanged',
      instanceData: { idInstance: client.credentials.idInstance, wid: `${phone.number}@c.us` },
    })
    expect(seen.map(({ stateInstance }) => stateInstance)).toEqual(['starting', 'authorized'])

    const hello = await ana.send(phone.number, 'hello')
    expect(await next(({ idMessage }) => idMessage === idOf(hello))).toMatchObject({
      typeWebhook: 'incomingMessageReceived',
      senderData: { chatId: `${ana.number}@c.us`, senderName: 'Ana' },
      messageData: { typeMessage: 'textMessage', textMessageData: { textMessage: 'hello' } },
    })
    const reaction = await ana.react(hello.id, '👍')
    expect(await next(({ idMessage }) => idMessage === idOf(reaction))).toMatchObject({
      messageData: {
        typeMessage: 'reactionMessage',
        extendedTextMessageData: { text: '👍' },
        quotedMessage: { stanzaId: hello.id },
      },
    })
    const edit = await ana.edit(hello.id, 'hello again')
    expect(await next(({ idMessage }) => idMessage === idOf(edit))).toMatchObject({
      messageData: {
        typeMessage: 'editedMessage',
        editedMessageData: { textMessage: 'hello again', stanzaId: hello.id },
      },
    })
    const revocation = await ana.revoke(hello.id)
    expect(await next(({ idMessage }) => idMessage === idOf(revocation))).toMatchObject({
      messageData: { typeMessage: 'deletedMessage', deletedMessageData: { stanzaId: hello.id } },
    })

    const byHand = await phone.send(ana.number, 'from the phone')
    expect(await next(({ idMessage }) => idMessage === idOf(byHand))).toMatchObject({
      typeWebhook: 'outgoingMessageReceived',
      senderData: { chatId: `${ana.number}@c.us`, sender: `${phone.number}@c.us` },
      messageData: { textMessageData: { textMessage: 'from the phone' } },
    })

    // Away, so that the ticks come one after the other.
    ana.leave()
    const sent = await world.api.ok('POST', `/instances/${id}/messages`, { to: ana.number, text: 'by the API' })
    await next(({ idMessage, status }) => idMessage === sent.id && status === 'sent')
    await ana.comeBack()
    await next(({ idMessage, status }) => idMessage === sent.id && status === 'delivered')
    await ana.read()
    await next(({ idMessage, status }) => idMessage === sent.id && status === 'read')
    const [told, ...statuses] = seen.filter(({ idMessage }) => idMessage === sent.id)
    expect(told).toMatchObject({
      typeWebhook: 'outgoingAPIMessageReceived',
      senderData: { chatId: `${ana.number}@c.us`, sender: `${phone.number}@c.us` },
      messageData: { textMessageData: { textMessage: 'by the API' } },
    })
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read'])

    const nobody = await world.api.ok('POST', `/instances/${id}/messages`, { to: '19995550100', text: 'anybody?' })
    expect(await next(({ idMessage }) => idMessage === nobody.id)).toMatchObject({
      typeWebhook: 'outgoingMessageStatus',
      status: 'noAccount',
      sendByApi: true,
    })

    const call = await ana.call(phone.number)
    await next(({ idMessage, status }) => idMessage === call.id && status === 'offer')
    await call.timeOut()
    expect(await next(({ idMessage, status }) => idMessage === call.id && status !== 'offer')).toMatchObject({
      typeWebhook: 'incomingCall',
      from: `${ana.number}@c.us`,
      status: 'declined',
    })
  })

  test('a group is called by its subject, and people as they are saved', async () => {
    const world = await startWorld()
    const [phone, ana] = [
      await world.whatsapp.registerPhone({ name: 'Shop' }),
      await world.whatsapp.registerPhone({ name: 'Ana' }),
    ]
    // Before the account is linked, so that nobody has told what it is called.
    const group = await ana.createGroup('Friends', [phone.number])
    const { client } = await shop(world, everything, phone)
    await phone.saveContact(ana.number, 'Ana Pérez')
    await until(
      () => client.get('getContacts'),
      ({ text }) => text.includes('Ana Pérez'),
    )
    const seen: Notification[] = []
    const next = async (id: string) => {
      await drained(client, seen, ({ idMessage }) => idMessage === id)
      return seen.at(-1)
    }
    const names = { senderName: 'Ana', senderContactName: 'Ana Pérez' }
    const hello = await ana.send(group.id, 'hello, all')
    expect(await next(hello.id)).toMatchObject({ senderData: { chatId: group.id, chatName: 'Friends', ...names } })
    await group.rename('Club')
    const again = await ana.send(group.id, 'hello, club')
    expect(await next(again.id)).toMatchObject({ senderData: { chatName: 'Club', ...names } })
    const alone = await ana.send(phone.number, 'hello')
    expect(await next(alone.id)).toMatchObject({ senderData: { chatName: 'Ana Pérez', ...names } })
    const answer = await client.post('sendMessage', { chatId: `${ana.number}@c.us`, message: 'hello, Ana' })
    expect(await next(String(answer.body.idMessage))).toMatchObject({
      senderData: { chatName: 'Ana Pérez', senderContactName: '' },
    })
    const journal = (await client.get('lastIncomingMessages')).body as unknown as { senderContactName: string }[]
    expect(journal.map(({ senderContactName }) => senderContactName)).toEqual(['Ana Pérez', 'Ana Pérez', 'Ana Pérez'])
  })

  test('the queue moves to the webhookUrl, with the token in its header, and back', async () => {
    const world = await startWorld({ env: toThisMachine })
    const { client, phone } = await shop(world, { incomingWebhook: 'yes' })
    const endpoint = await Endpoint.open()
    const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
    await ana.send(phone.number, 'fetched or sent?')
    await until(
      () => client.get('receiveNotification'),
      ({ body }) => body.receiptId !== undefined,
    )

    await client.post('setSettings', { webhookUrl: `${endpoint.url}/hook`, webhookUrlToken: 'secret-word' })
    await until(
      () => endpoint.requests,
      ({ length }) => length === 1,
    )
    const refused = await client.get('receiveNotification')
    expect([refused.status, refused.body.message]).toEqual([400, expect.stringMatching(/custom webhook url is set/)])
    await ana.send(phone.number, 'sent')
    await until(
      () => endpoint.requests,
      ({ length }) => length === 2,
    )
    expect(endpoint.bodies()).toMatchObject([
      { messageData: { textMessageData: { textMessage: 'fetched or sent?' } } },
      { messageData: { textMessageData: { textMessage: 'sent' } } },
    ])
    for (const { path, headers } of endpoint.requests) {
      expect([path, headers['content-type'], headers.authorization]).toEqual([
        '/hook',
        'application/json',
        'Bearer secret-word',
      ])
    }

    await client.post('setSettings', { webhookUrl: '' })
    await ana.send(phone.number, 'fetched')
    const { body } = await until(
      () => client.get('receiveNotification'),
      (answer) => answer.body.receiptId !== undefined,
    )
    expect(body.body).toMatchObject({ messageData: { textMessageData: { textMessage: 'fetched' } } })
    expect(endpoint.requests).toHaveLength(2)
    expect(world.gateway.output).not.toContain('secret-word')
  })
})
