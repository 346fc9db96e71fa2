import { expect, test } from 'vitest'
import type { ChatId, InstanceId, MessageId } from '#gateway/core/ids.js'
import { actKinds, type MessageAct, type OutgoingContent } from '#gateway/core/messages/act.js'
import type { ContentKind } from '#gateway/core/messages/content.js'
import type { OutgoingMessage } from '#gateway/core/messages/message.js'
import { answering, everyContent, everyContentKind } from '../dialects/every-content.js'
import { startWorld, type World } from './world.js'

const [chatId, chat] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const urlFile = `http://gateway.test/media/${'f'.repeat(43)}`

function queued(world: World, id: string, content: OutgoingContent, more: Partial<OutgoingMessage> = {}): void {
  const at = new Date(0)
  world.core.queue.push({
    instance: 'any' as InstanceId,
    id: id as MessageId,
    account: null,
    chat: chat as ChatId,
    content,
    audience: null,
    typing: null,
    notBefore: null,
    status: 'queued',
    failure: null,
    createdAt: at,
    statusAt: at,
    ...more,
  })
}

/** The request of this vendor that would send it; null where there is none. */
const requests: Record<ContentKind, readonly [type: string, body: object] | null> = {
  text: ['sendMessage', { message: 'Hello' }],
  image: ['sendFileByUrl', { urlFile, fileName: '', caption: 'Look' }],
  video: ['sendFileByUrl', { urlFile, fileName: '', caption: 'Watch' }],
  'video-note': ['sendFileByUrl', { urlFile, fileName: '', caption: '' }],
  voice: ['sendFileByUrl', { urlFile, fileName: '', caption: '' }],
  audio: ['sendFileByUrl', { urlFile, fileName: 'song.mp3', caption: '' }],
  document: ['sendFileByUrl', { urlFile, fileName: 'offer.pdf', caption: 'Read' }],
  sticker: ['sendFileByUrl', { urlFile, fileName: '', caption: '' }],
  location: ['sendLocation', { nameLocation: 'Restaurant', address: 'Ulitsa 1', latitude: 44.94, longitude: 89.87 }],
  'live-location': null,
  contacts: ['sendContact', { contact: { phoneContact: 79001234569, firstName: 'Ben' } }],
  poll: [
    'sendPoll',
    { message: 'Which?', options: [{ optionName: 'one' }, { optionName: 'two' }], multipleAnswers: true },
  ],
  'group-invite': null,
  buttons: [
    'sendInteractiveButtonsReply',
    {
      header: '',
      body: 'How are you?',
      footer: 'Choose',
      buttons: [
        { type: 'reply', buttonId: 'a', buttonText: 'Great' },
        { type: 'reply', buttonId: 'b', buttonText: 'Not bad' },
      ],
    },
  ],
  'button-reply': null,
  list: null,
  'list-reply': null,
  unsupported: null,
}

test('what waits is shown as the request that it was, the oldest first', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  for (const kind of everyContentKind) queued(world, kind, everyContent[kind])
  const shown = everyContentKind.flatMap((kind) => {
    const request = requests[kind]
    return request === null ? [] : [{ messageID: kind, type: request[0], body: { chatId, ...request[1] } }]
  })
  expect((await world.call('GET', path('showMessagesQueue'))).body).toEqual(shown)
})

test('the message that is answered, and what is done to one', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  const target = { id: 'AAAA', sender: null }
  const acts: { readonly [Kind in MessageAct['kind']]: Extract<MessageAct, { kind: Kind }> } = {
    reaction: { kind: 'reaction', target, emoji: '👍' },
    edit: { kind: 'edit', target, content: { kind: 'text', text: 'Better' } },
    delete: { kind: 'delete', target },
    'poll-vote': { kind: 'poll-vote', target, options: [] },
    pin: { kind: 'pin', target, seconds: null },
    disappearing: { kind: 'disappearing', seconds: 0 },
  }
  queued(world, 'R', answering(everyContent.text, null))
  for (const kind of actKinds) queued(world, kind, acts[kind])
  expect((await world.call('GET', path('showMessagesQueue'))).body).toEqual([
    {
      messageID: 'R',
      type: 'sendMessage',
      body: { chatId, message: 'Hello', quotedMessageId: '3EB0608D6A2901063D63' },
    },
    { messageID: 'edit', type: 'editMessage', body: { chatId, idMessage: 'AAAA', message: 'Better' } },
    { messageID: 'delete', type: 'deleteMessage', body: { chatId, idMessage: 'AAAA' } },
  ])
})

test('statuses are shown by the names of their own methods', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  const to = { chat: 'status@broadcast' as ChatId, audience: [chat] }
  queued(world, 'A', { kind: 'text', text: 'Hi', style: { background: '#228B22', font: 1 } }, to)
  queued(world, 'B', everyContent.voice, { ...to, audience: null })
  queued(world, 'C', everyContent.image, to)
  queued(world, 'D', { kind: 'delete', target: { id: 'AAAA', sender: null } }, to)
  expect((await world.call('GET', path('showMessagesQueue'))).body).toEqual([
    {
      messageID: 'A',
      type: 'sendTextStatus',
      body: { message: 'Hi', backgroundColor: '#228B22', font: 'SERIF', participants: [chatId] },
    },
    { messageID: 'B', type: 'sendVoiceStatus', body: { urlFile, fileName: '', caption: '', participants: [] } },
    {
      messageID: 'C',
      type: 'sendMediaStatus',
      body: { urlFile, fileName: '', caption: 'Look', participants: [chatId] },
    },
    { messageID: 'D', type: 'deleteStatus', body: { idMessage: 'AAAA' } },
  ])
})

test('the queue is an array when it is empty, and is emptied', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  expect((await world.call('GET', path('showMessagesQueue'))).body).toEqual([])
  queued(world, 'A', everyContent.text)
  expect((await world.call('GET', path('clearMessagesQueue'))).body).toEqual({ isCleared: true })
  expect(world.core.queue).toEqual([])
})
