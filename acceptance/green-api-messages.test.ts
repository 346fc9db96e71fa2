import whatsAppClient from '@green-api/whatsapp-api-client'
import type { PhoneContent, PhoneMessage, VirtualPhone } from '@gangway/simulator'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { toThisMachine } from './endpoint.js'
import { GreenClient, newInstance } from './green-api/client.js'
import { facePicture } from './green-api/files.js'
import { SharedFiles } from './green-api/shared-files.js'
import { until } from './native-client.js'
import { startWorld, type World } from './world.js'

interface Notification {
  readonly typeWebhook: string
  readonly idMessage: string
  readonly status?: string
  readonly messageData?: object
}

interface Shop {
  readonly client: GreenClient
  readonly sdk: ReturnType<typeof whatsAppClient.restAPI>
  readonly link: () => Promise<VirtualPhone>
  /** Everything that is told until one fits. */
  readonly told: (fits: (one: Notification) => boolean) => Promise<Notification[]>
}

/** An instance that was made as somebody would who moves here, and the vendor's own client of it. */
async function shop({ api, whatsapp, gateway }: World): Promise<Shop> {
  const { id, credentials } = await newInstance(api)
  const client = new GreenClient(gateway, credentials)
  const sdk = whatsAppClient.restAPI({
    idInstance: String(credentials.idInstance),
    apiTokenInstance: credentials.apiTokenInstance,
    host: gateway.url,
    media: gateway.url,
  })
  return {
    client,
    sdk,
    async link() {
      const phone = await whatsapp.registerPhone({ name: 'Shop' })
      const qr = await api.qr(id)
      await phone.scan(qr)
      await api.reaches(id, 'linked')
      return phone
    },
    async told(fits) {
      const seen: Notification[] = []
      await until(
        async () => {
          // Its types leave out that there may be none.
          const next = (await sdk.webhookService.receiveNotification()) as {
            receiptId: number
            body: Notification
          } | null
          if (next === null) return undefined
          await sdk.webhookService.deleteNotification(next.receiptId)
          seen.push(next.body)
          return next.body
        },
        (one) => one !== undefined && fits(one),
      )
      return seen
    },
  }
}

async function arrived(phone: VirtualPhone, id: string): Promise<PhoneMessage> {
  const [found] = await until(
    () => phone.messages().filter((message) => message.id === id),
    ({ length }) => length > 0,
  )
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

test('a message waits until somebody links, arrives under its id, and is told of step by step', async () => {
  const world = await startWorld()
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { sdk, client, link, told } = await shop(world)
  const chatId = `${ana.number}@c.us`
  await client.post('setSettings', { outgoingWebhook: 'yes', outgoingAPIMessageWebhook: 'yes' })

  const { idMessage } = await sdk.message.sendMessage(chatId, null, 'Hello')
  expect(await sdk.message.showMessagesQueue()).toMatchObject([
    { messageID: idMessage, type: 'sendMessage', body: { chatId, message: 'Hello' } },
  ])
  expect(await sdk.message.getMessage(chatId, idMessage)).toMatchObject({ idMessage, statusMessage: 'pending' })

  ana.leave()
  await link()
  const seen = await told(({ status }) => status === 'sent')
  await ana.comeBack()
  expect(await arrived(ana, idMessage)).toMatchObject({ text: 'Hello' })
  seen.push(...(await told(({ status }) => status === 'delivered')))
  await ana.read([idMessage])
  seen.push(...(await told(({ status }) => status === 'read')))
  expect(
    seen.filter((one) => one.idMessage === idMessage).map(({ typeWebhook, status }) => status ?? typeWebhook),
  ).toEqual(['outgoingAPIMessageReceived', 'sent', 'delivered', 'read'])
  const item = { type: 'outgoing', idMessage, chatId, textMessage: 'Hello', statusMessage: 'read', sendByApi: true }
  expect(await sdk.message.getMessage(chatId, idMessage)).toMatchObject(item)
  expect(await sdk.message.getChatHistory(chatId)).toMatchObject([item])
  expect(await sdk.message.lastOutgoingMessages()).toMatchObject([{ idMessage, statusMessage: 'read' }])
})

test('a conversation, with answers, in the order in which it was had', async () => {
  const world = await startWorld()
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { sdk, client, link, told } = await shop(world)
  const chatId = `${ana.number}@c.us`
  await client.post('setSettings', { incomingWebhook: 'yes' })
  const phone = await link()

  const asked = await ana.send(phone.number, 'Are you open?')
  await told(({ idMessage }) => idMessage === asked.id)
  const answer = await sdk.message.sendMessage(chatId, null, 'We are', asked.id)
  expect(await arrived(ana, answer.idMessage)).toMatchObject({ text: 'We are' })
  const thanks = await ana.send(phone.number, 'Thank you')
  await told(({ idMessage }) => idMessage === thanks.id)

  expect(await sdk.message.getChatHistory(chatId, 10)).toMatchObject([
    { type: 'incoming', idMessage: thanks.id, textMessage: 'Thank you', senderName: 'Ana', senderId: chatId },
    {
      type: 'outgoing',
      idMessage: answer.idMessage,
      typeMessage: 'quotedMessage',
      textMessage: 'We are',
      quotedMessage: { stanzaId: asked.id, typeMessage: 'textMessage', textMessage: 'Are you open?' },
    },
    { type: 'incoming', idMessage: asked.id, textMessage: 'Are you open?' },
  ])
  expect(await sdk.message.lastIncomingMessages()).toMatchObject([{ idMessage: thanks.id }, { idMessage: asked.id }])
})

test('what waits can be taken back, and a number that is nobody is told', async () => {
  const world = await startWorld()
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { sdk, link, told } = await shop(world)
  await sdk.message.sendMessage(`${ana.number}@c.us`, null, 'never mind')
  expect(await sdk.message.clearMessagesQueue()).toEqual({ isCleared: true })
  const { idMessage } = await sdk.message.sendMessage(null, 15550009999, 'Hello')
  await link()
  const seen = await told(({ status }) => status === 'noAccount')
  expect(seen).toMatchObject([{ typeWebhook: 'outgoingMessageStatus', idMessage, status: 'noAccount' }])
  const message = await sdk.message.getMessage('15550009999@c.us', idMessage)
  expect(message).toEqual({ type: 'outgoing', typeMessage: '' })
  expect(ana.messages()).toEqual([])
})

test('a preview has the picture of its own address', async () => {
  const world = await startWorld({ env: toThisMachine })
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { client, link } = await shop(world)
  await link()
  const shared = await SharedFiles.open({ '/face.jpg': await facePicture() })
  const customPreview = { title: 'Our shop', description: 'Open today', urlFile: `${shared.url}/face.jpg` }
  const sent = await client.post('sendMessage', {
    chatId: `${ana.number}@c.us`,
    message: 'https://shop.example',
    customPreview,
  })
  const { content } = await arrived(ana, String(sent.body.idMessage))
  expect(content.extendedTextMessage).toMatchObject({ title: 'Our shop', description: 'Open today' })
  const picture = await sharp(content.extendedTextMessage?.jpegThumbnail ?? undefined).metadata()
  expect(picture).toMatchObject({ format: 'jpeg', width: 100 })
})

test('a message is deleted on the devices of the account alone', async () => {
  const world = await startWorld()
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { sdk, client, link } = await shop(world)
  const phone = await link()
  const chatId = `${ana.number}@c.us`
  const { idMessage } = await sdk.message.sendMessage(chatId, null, 'Hello')
  await arrived(ana, idMessage)
  await until(
    () => client.post('deleteMessage', { chatId, idMessage, onlySenderDelete: true }),
    ({ status }) => status === 200,
  )
  expect(phone.chat(ana.number).hidden()).toEqual([idMessage])
  expect(ana.messages().map(({ kind }) => kind)).toEqual(['text'])
})

test('what a phone sends is told in the vendor’s words, kind by kind', async () => {
  const world = await startWorld()
  const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
  const { client, link, told } = await shop(world)
  await client.post('setSettings', { incomingWebhook: 'yes', pollMessageWebhook: 'yes' })
  const phone = await link()
  const hears = async ({ id }: PhoneMessage): Promise<unknown> => {
    const seen = await told(({ idMessage }) => idMessage === id)
    return seen.find(({ idMessage }) => idMessage === id)?.messageData
  }
  const once = { forwardingScore: 0, isForwarded: false }
  const text = expect.any(String) as string
  const file = { downloadUrl: text, caption: '', fileName: text, jpegThumbnail: text, mimeType: text, ...once }
  const contact = { displayName: 'Ben', vcard: expect.stringContaining('FN:Ben') as string }
  const poll = { name: 'Which?', options: [{ optionName: 'one' }, { optionName: 'two' }], multipleAnswers: false }
  const rows: readonly (readonly [PhoneContent, object])[] = [
    [
      { kind: 'text', text: 'Hello' },
      { typeMessage: 'textMessage', textMessageData: { textMessage: 'Hello' } },
    ],
    [
      { kind: 'image', caption: 'Look' },
      { typeMessage: 'imageMessage', fileMessageData: { ...file, caption: 'Look' } },
    ],
    [{ kind: 'video' }, { typeMessage: 'videoMessage', fileMessageData: file }],
    [{ kind: 'video-note' }, { typeMessage: 'videoMessage', fileMessageData: file }],
    [{ kind: 'audio' }, { typeMessage: 'audioMessage', fileMessageData: file }],
    [
      { kind: 'audio', voice: true },
      { typeMessage: 'audioMessage', fileMessageData: file },
    ],
    [
      { kind: 'document', fileName: 'offer.pdf' },
      { typeMessage: 'documentMessage', fileMessageData: { ...file, fileName: 'offer.pdf' } },
    ],
    [{ kind: 'sticker' }, { typeMessage: 'stickerMessage', fileMessageData: { ...file, isAnimated: false } }],
    [
      { kind: 'location', latitude: 44.5, longitude: 89.5, name: 'Restaurant', address: 'Ulitsa 1' },
      {
        typeMessage: 'locationMessage',
        locationMessageData: {
          nameLocation: 'Restaurant',
          address: 'Ulitsa 1',
          latitude: 44.5,
          longitude: 89.5,
          jpegThumbnail: '',
          ...once,
        },
      },
    ],
    [
      { kind: 'contact', name: 'Ben', number: '79001234569' },
      { typeMessage: 'contactMessage', contactMessageData: { ...contact, ...once } },
    ],
    [
      {
        kind: 'contacts',
        contacts: [
          { name: 'Ben', number: '79001234569' },
          { name: 'Ben', number: '79001234570' },
        ],
      },
      { typeMessage: 'contactsArrayMessage', messageData: { contacts: [contact, contact], ...once } },
    ],
    [
      { kind: 'poll', question: 'Which?', options: ['one', 'two'] },
      { typeMessage: 'pollMessage', pollMessageData: poll },
    ],
    [
      { kind: 'buttons', text: 'How are you?', footer: 'Choose', buttons: [{ id: 'a', text: 'Great' }] },
      {
        typeMessage: 'buttonsMessage',
        buttonsMessage: {
          contentText: 'How are you?',
          footer: 'Choose',
          buttons: [{ buttonId: 'a', buttonText: 'Great' }],
          ...once,
        },
      },
    ],
    [
      {
        kind: 'template',
        text: 'How are you?',
        buttons: [
          { text: 'Great', id: 'a' },
          { text: 'Site', url: 'https://green-api.com' },
        ],
      },
      {
        typeMessage: 'templateMessage',
        templateMessage: {
          namespace: '',
          elementName: '',
          contentText: 'How are you?',
          footer: '',
          buttons: [
            { index: 0, quickReplyButton: { displayText: 'Great', id: 'a' } },
            { index: 1, urlButton: { displayText: 'Site', url: 'https://green-api.com' } },
          ],
          ...once,
        },
      },
    ],
    [
      {
        kind: 'interactive',
        title: 'Hi',
        text: 'How are you?',
        buttons: [{ name: 'quick_reply', params: { display_text: 'Great', id: 'a' } }],
      },
      {
        typeMessage: 'interactiveButtonsReply',
        interactiveButtonsReply: {
          titleText: 'Hi',
          contentText: 'How are you?',
          footerText: '',
          buttons: [{ type: 'reply', buttonId: 'a', buttonText: 'Great' }],
        },
      },
    ],
    [
      {
        kind: 'list',
        title: 'Menu',
        text: 'What may it be?',
        button: 'Open',
        sections: [{ title: 'Drinks', rows: [{ id: 'tea', text: 'Tea', description: 'Hot' }] }],
      },
      {
        typeMessage: 'listMessage',
        listMessage: {
          contentText: 'What may it be?',
          title: 'Menu',
          footer: '',
          buttonText: 'Open',
          sections: [{ title: 'Drinks', rows: [{ title: 'Tea', rowId: 'tea', description: 'Hot' }] }],
          ...once,
        },
      },
    ],
  ]
  for (const [content, messageData] of rows) {
    const sent = await ana.sendContent(phone.number, content)
    expect(await hears(sent), JSON.stringify(content)).toEqual(messageData)
  }
  const asked = await ana.send(phone.number, 'Are you open?')
  await hears(asked)
  const again = await ana.sendContent(phone.number, { kind: 'text', text: 'Are you?' }, { quote: asked.id })
  const participant = `${ana.number}@c.us`
  expect(await hears(again)).toEqual({
    typeMessage: 'quotedMessage',
    extendedTextMessageData: { text: 'Are you?', stanzaId: asked.id, participant },
    quotedMessage: { stanzaId: asked.id, participant, typeMessage: 'textMessage', textMessage: 'Are you open?' },
  })
  const reacted = await ana.react(asked.id, '👍')
  expect(await hears(reacted)).toMatchObject({
    typeMessage: 'reactionMessage',
    extendedTextMessageData: { text: '👍' },
    quotedMessage: { stanzaId: asked.id, participant },
  })
})
