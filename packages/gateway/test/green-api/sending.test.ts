import { expect, test } from 'vitest'
import type { MessageWish } from '#gateway/core/gateway.js'
import { type Owned, startWorld, type World } from './world.js'

const [chatId, to] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const details = (complaint: string): string => `Validation failed. Details: ${complaint}`

/** A method that says something: a request, and what goes to the core. */
interface Row {
  readonly body: object
  readonly content: object
  /** What has to be in the body, and is complained of in these words when it is not. */
  readonly required: readonly string[]
  /** Requests that are refused, by the complaint. */
  readonly refused: Readonly<Record<string, object>>
}

const buttons = [{ buttonId: '1', buttonText: 'Great' }]
const vcard = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'N:Ivanov;Ivan;Ivanovich;;',
  'FN:Ivan Ivanovich Ivanov',
  'ORG:Bicycle\\, Inc.',
  'TEL;type=CELL;type=VOICE;waid=79001234569:+79001234569',
  'END:VCARD',
].join('\n')
const ivan = { phoneContact: 79001234569, firstName: 'Ivan', middleName: 'Ivanovich', lastName: 'Ivanov' }

const table: Readonly<Record<string, Row>> = {
  sendMessage: {
    body: { message: 'Hello' },
    content: { kind: 'text', text: 'Hello' },
    required: ['message'],
    refused: {
      "'message' is not allowed to be empty": { message: '' },
      "'message' must be a string": { message: 1 },
      "'message' length must be less than or equal to 20000 characters long": { message: 'x'.repeat(20_001) },
      "'linkPreview' must be a boolean": { linkPreview: 'maybe' },
      "'typePreview' must be one of [large, small]": { typePreview: 'huge' },
      "'customPreview.title' is required": { customPreview: {} },
      "'customPreview' must be of type object": { customPreview: 'x' },
      "'typingTime' must be greater than or equal to 1000": { typingTime: 999 },
      "'typingTime' must be less than or equal to 20000": { typingTime: 20_001 },
      "'typingTime' must be an integer": { typingTime: 1000.5 },
      "'typingTime' must be a number": { typingTime: 'long' },
      "'quotedMessageId' must be a string": { quotedMessageId: 1 },
    },
  },
  sendLink: {
    body: { urlLink: 'https://green-api.com' },
    content: { kind: 'text', text: 'https://green-api.com', preview: true },
    required: ['urlLink'],
    refused: {},
  },
  sendPoll: {
    body: { message: 'Which?', options: [{ optionName: 'one' }, { optionName: 'two' }], multipleAnswers: true },
    content: { kind: 'poll', question: 'Which?', options: ['one', 'two'], multiple: true },
    required: ['message', 'options'],
    refused: {
      "'message' length must be less than or equal to 255 characters long": { message: 'x'.repeat(256) },
      "'options' must be an array": { options: 'one' },
      "'options' must contain at least 2 items": { options: [{ optionName: 'one' }] },
      "'options' must contain less than or equal to 12 items": {
        options: Array.from({ length: 13 }, (_, index) => ({ optionName: `${index}` })),
      },
      "'options[1]' contains a duplicate value": { options: [{ optionName: 'one' }, { optionName: 'one' }] },
      "'options[0]' must be of type object": { options: ['one', 'two'] },
      "'options[1].optionName' is required": { options: [{ optionName: 'one' }, {}] },
      "'options[0].optionName' length must be less than or equal to 100 characters long": {
        options: [{ optionName: 'x'.repeat(101) }, { optionName: 'two' }],
      },
      "'multipleAnswers' must be a boolean": { multipleAnswers: 'several' },
    },
  },
  sendLocation: {
    body: { latitude: 44.9370129, longitude: 89.8728409, nameLocation: 'Restaurant', address: 'Ulitsa 1' },
    content: { kind: 'location', latitude: 44.9370129, longitude: 89.8728409, name: 'Restaurant', address: 'Ulitsa 1' },
    required: ['latitude', 'longitude'],
    refused: {
      "'latitude' must be a number": { latitude: 'north' },
      "'latitude' must be less than or equal to 90": { latitude: 90.1 },
      "'longitude' must be greater than or equal to -180": { longitude: -181 },
      "'nameLocation' must be a string": { nameLocation: 5 },
    },
  },
  sendContact: {
    body: { contact: { ...ivan, company: 'Bicycle, Inc.' } },
    content: { kind: 'contacts', contacts: [{ name: 'Ivan Ivanovich Ivanov', vcard }] },
    required: ['contact'],
    refused: {
      "'contact' must be of type object": { contact: 'Ivan' },
      "'contact.phoneContact' is required": { contact: { firstName: 'Ivan' } },
      "'contact.phoneContact' must be a number": { contact: { ...ivan, phoneContact: 'x' } },
      "'contact' must contain at least one of [firstName, middleName, lastName, company]": {
        contact: { phoneContact: 79001234569 },
      },
    },
  },
  sendInteractiveButtons: {
    body: {
      header: 'H',
      body: 'Choose',
      footer: 'F',
      buttons: [
        { type: 'copy', buttonId: '1', buttonText: 'Copy', copyCode: '3333' },
        { type: 'call', buttonId: '2', buttonText: 'Call', phoneNumber: '79123456789' },
        { type: 'url', buttonId: '3', buttonText: 'Site', url: 'https://green-api.com' },
      ],
    },
    content: {
      kind: 'buttons',
      header: 'H',
      text: 'Choose',
      footer: 'F',
      buttons: [
        { kind: 'copy', id: '1', text: 'Copy', code: '3333' },
        { kind: 'call', id: '2', text: 'Call', phone: '79123456789' },
        { kind: 'url', id: '3', text: 'Site', url: 'https://green-api.com' },
      ],
    },
    required: ['body', 'buttons'],
    refused: {
      "'buttons[0].type' is required": { buttons },
      "'buttons[0].type' must be one of [copy, call, url]": { buttons: [{ ...buttons[0], type: 'reply' }] },
      "'buttons[0].url' is required": { buttons: [{ ...buttons[0], type: 'url' }] },
    },
  },
  sendInteractiveButtonsReply: {
    body: { body: 'How are you?', buttons },
    content: { kind: 'buttons', text: 'How are you?', buttons: [{ kind: 'reply', id: '1', text: 'Great' }] },
    required: ['body', 'buttons'],
    refused: {
      "'buttons' must contain at least 1 items": { buttons: [] },
      "'buttons' must contain less than or equal to 3 items": { buttons: Array.from({ length: 4 }, () => buttons[0]) },
      "'buttons[0].buttonText' length must be less than or equal to 25 characters long": {
        buttons: [{ buttonId: '1', buttonText: 'x'.repeat(26) }],
      },
    },
  },
}

async function sent(world: World, owned: Owned, method: string, body: object): Promise<MessageWish> {
  const answer = await world.call('POST', owned.path(method), body)
  expect([answer.status, answer.body]).toEqual([200, { idMessage: world.core.queue.at(-1)?.id }])
  const [call, wish] = world.core.asked.at(-1) ?? []
  expect(call).toBe('messages.send')
  return wish as MessageWish
}

async function refusal(world: World, owned: Owned, method: string, body: object): Promise<readonly unknown[]> {
  const { status, body: said } = await world.call('POST', owned.path(method), body)
  return [status, said.message]
}

test.each(Object.entries(table))('%s', async (method, { body, content, required, refused }) => {
  const world = await startWorld()
  const owned = await world.instance()
  expect(await sent(world, owned, method, { chatId, ...body })).toEqual({ to, content })
  const before = world.core.asked.length
  for (const field of ['chatId', ...required]) {
    const { [field]: _left, ...rest } = { chatId, ...body } as Record<string, unknown>
    expect(await refusal(world, owned, method, rest), field).toEqual([400, details(`'${field}' is required`)])
  }
  for (const [complaint, wrong] of Object.entries(refused)) {
    expect(await refusal(world, owned, method, { chatId, ...body, ...wrong })).toEqual([400, details(complaint)])
  }
  expect(world.core.asked).toHaveLength(before)
})

test('the message is in the queue whatever the state of the account', async () => {
  const world = await startWorld()
  const owned = await world.instance({ state: 'unlinked', account: null })
  await sent(world, owned, 'SendMessage', { chatId, message: 'Hello' })
})

test('what goes with any of them: the message that is answered, and how long somebody is seen to write or speak', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  world.core.known.add('BAE587FA1CECF760')
  const more = { quotedMessageId: 'BAE587FA1CECF760', typingTime: 3000 }
  for (const [method, { body, content }] of Object.entries(table)) {
    expect(await sent(world, owned, method, { chatId, ...body, ...more })).toEqual({
      to,
      replyTo: 'BAE587FA1CECF760',
      typing: { as: 'composing', ms: 3000 },
      content,
    })
  }
  const spoken = { chatId, message: 'x', typingTime: 2000, typingType: 'recording' }
  expect((await sent(world, owned, 'sendMessage', spoken)).typing).toEqual({ as: 'recording', ms: 2000 })
  const unknown = { chatId, message: 'x', quotedMessageId: 'BAE5000000000000' }
  expect(await refusal(world, owned, 'sendMessage', unknown)).toEqual([400, 'Message not found by id BAE5000000000000'])
})

test('chats by every id that the vendor has, and by number', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const toWhom = async (body: object) => (await sent(world, owned, 'sendMessage', { message: 'x', ...body })).to
  expect(await toWhom({ chatId: '123456789012345@lid' })).toBe('123456789012345@lid')
  expect(await toWhom({ chatId: '120363043968066561@g.us' })).toBe('120363043968066561@g.us')
  expect(await toWhom({ chatId: '79001234568-1581234048@g.us' })).toBe('79001234568-1581234048@g.us')
  expect(await toWhom({ chatId: '79001234568' })).toBe(to)
  expect(await toWhom({ phoneNumber: 79001234568 })).toBe(to)
  expect(await toWhom({ chatId: null, phoneNumber: '79001234568' })).toBe(to)

  const formats = details(
    "'chatId' must be one of the next formats: 'phone_number@c.us', 'chat_id@lid' or 'group_id@g.us'",
  )
  for (const wrong of [
    'x',
    '79001234568@',
    '@c.us',
    '123@newsletter',
    'status@broadcast',
    '+79001234568@c.us',
    '12@c.us',
  ]) {
    expect(await refusal(world, owned, 'sendMessage', { chatId: wrong, message: 'x' }), wrong).toEqual([400, formats])
  }
  const empty = details("'chatId' is not allowed to be empty")
  expect(await refusal(world, owned, 'sendMessage', { chatId: '', message: 'x' })).toEqual([400, empty])
  const letters = details("'phoneNumber' must contain only digits")
  expect(await refusal(world, owned, 'sendMessage', { phoneNumber: '7900x', message: 'x' })).toEqual([400, letters])
})

test('a text with a preview: looked up, left out, or as the caller draws it', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const message = 'see https://green-api.com now'
  const content = async (more: object) =>
    (await sent(world, owned, 'sendMessage', { chatId, message, ...more })).content
  expect(await content({ linkPreview: true })).toEqual({ kind: 'text', text: message, preview: true })
  expect(await content({ linkPreview: false })).toEqual({ kind: 'text', text: message, preview: false })
  const customPreview = { title: 'T', description: 'D', jpegThumbnail: '/9j/4AAQ' }
  expect(await content({ typePreview: 'large', customPreview })).toEqual({
    kind: 'text',
    text: message,
    preview: { url: 'https://green-api.com', title: 'T', description: 'D', thumbnail: '/9j/4AAQ', large: true },
  })
  expect(await content({ customPreview: { title: 'T', link: 'https://green-api.com/x' } })).toEqual({
    kind: 'text',
    text: message,
    preview: { url: 'https://green-api.com/x', title: 'T', description: null, thumbnail: null },
  })
  expect(await content({ linkPreview: false, customPreview })).toMatchObject({ preview: false })
})

test('the picture of a preview is fetched from its address, unless the request has it', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const urlFile = 'https://shop.example/a.jpg'
  world.core.web.set(urlFile, Buffer.from('a picture'))
  const ask = (more: object) =>
    world.call('POST', owned.path('sendMessage'), { chatId, message: 'https://green-api.com', ...more })
  const previewOf = async (more: object) => {
    await ask({ customPreview: { title: 'T', urlFile, ...more } })
    return world.core.queue.at(-1)?.content
  }
  expect(await previewOf({ jpegThumbnail: '/9j/4AAQ' })).toMatchObject({ preview: { thumbnail: '/9j/4AAQ' } })
  expect(world.core.files.size).toBe(0)
  expect(await previewOf({})).toMatchObject({
    preview: { title: 'T', thumbnail: expect.stringMatching(/^small file0/) as string },
  })

  const complaint = async (more: object) => (await ask({ customPreview: { title: 'T', ...more } })).body.message
  const of = "Validation failed. Details: 'customPreview.urlFile' must"
  expect(await complaint({ urlFile: 'nowhere' })).toBe(`${of} be a valid uri`)
  expect(await complaint({ urlFile: 'https://shop.example/b.jpg' })).toBe(
    `${of} lead to a file that this server can read`,
  )
  world.core.refusals.set('media.thumbnail', 'bad-request')
  expect(await complaint({ urlFile })).toBe(`${of} lead to a picture`)
  expect((await ask({ linkPreview: false, customPreview: { title: 'T', urlFile } })).status).toBe(200)
})

test('a contact without a name is called as the company is', async () => {
  const world = await startWorld()
  const contact = { phoneContact: 79001234569, company: 'Bicycle; 1\nParis' }
  const { content } = await sent(world, await world.instance(), 'sendContact', { chatId, contact })
  expect(content).toMatchObject({
    contacts: [{ name: 'Bicycle; 1\nParis', vcard: expect.stringContaining('FN:Bicycle\\; 1\\nParis\n') as string }],
  })
})

test('messages are passed on, under any spelling of the method', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  world.core.known.add('AAAA').add('BBBB')
  const body = { chatId, chatIdFrom: '120363043968066561@g.us', messages: ['AAAA', 'BBBB'] }
  const answer = await world.call('POST', owned.path('ForwardMessages'), body)
  expect([answer.status, answer.body]).toEqual([200, { messages: world.core.queue.map(({ id }) => id) }])
  expect(world.core.asked.at(-1)).toEqual([
    'messages.forward',
    { from: '120363043968066561@g.us', to, messages: ['AAAA', 'BBBB'] },
  ])
  const unknown = await refusal(world, owned, 'forwardMessages', { ...body, messages: ['CCCC'] })
  expect(unknown).toEqual([400, 'Message not found by id CCCC'])
  for (const [field, wrong, complaint] of [
    ['messages', [], "'messages' must contain at least 1 items"],
    ['messages', [1], "'messages[0]' must be a string"],
    ['chatIdFrom', undefined, "'chatIdFrom' is required"],
  ] as const) {
    expect(await refusal(world, owned, 'forwardMessages', { ...body, [field]: wrong })).toEqual([
      400,
      details(complaint),
    ])
  }
})

test.each(['sendButtons', 'sendTemplateButtons', 'sendListMessage'])(
  '%s is refused as the vendor refuses it',
  async (name) => {
    const world = await startWorld()
    expect(await refusal(world, await world.instance(), name, { chatId, message: 'x' })).toEqual([403, 'Forbidden'])
    expect(world.core.queue).toEqual([])
  },
)

test('a full queue is too many requests', async () => {
  const world = await startWorld()
  world.core.refusals.set('messages.send', 'rate-limited')
  const answer = await refusal(world, await world.instance(), 'sendMessage', { chatId, message: 'x' })
  expect(answer).toEqual([429, 'Too Many Requests'])
})
