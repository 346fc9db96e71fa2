import { expect, test } from 'vitest'
import { startWorld } from './world.js'

const [chatId, chat] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const idMessage = 'BAE5367237E13A87'

test('a message is edited; the answer names what carries the edit', async () => {
  const { call, instance, core } = await startWorld()
  const { path } = await instance()
  core.known.add(idMessage)
  const answer = await call('POST', path('editMessage'), { chatId, idMessage, message: 'Better' })
  expect([answer.status, answer.body]).toEqual([200, { idMessage: core.queue[0]?.id }])
  expect(core.asked).toEqual([
    ['messages.send', { to: chat, content: { kind: 'edit', target: idMessage, text: 'Better' } }],
  ])
})

test('a message is deleted for everybody, or on the own devices', async () => {
  const { call, instance, core } = await startWorld()
  const { path } = await instance()
  core.known.add(idMessage)
  for (const onlySenderDelete of [true, false, undefined]) {
    const answer = await call('POST', path('deleteMessage'), { chatId, idMessage, onlySenderDelete })
    expect([answer.status, answer.text]).toEqual([200, ''])
  }
  const forAll = ['messages.send', { to: chat, content: { kind: 'delete', target: idMessage } }]
  expect(core.asked).toEqual([['chats.hide', chat, idMessage], forAll, forAll])
})

test('what cannot be deleted on the own devices alone is not deleted for everybody', async () => {
  const { call, instance, core } = await startWorld()
  const { path } = await instance()
  core.known.add(idMessage)
  core.refusals.set('chats.hide', 'not-supported')
  const refused = await call('POST', path('deleteMessage'), { chatId, idMessage, onlySenderDelete: true })
  expect([refused.status, refused.body.message]).toEqual([
    400,
    "Validation failed. Details: 'onlySenderDelete' must be [false] for what somebody else wrote in a group",
  ])
  expect(core.asked).toEqual([['chats.hide', chat, idMessage]])
})

test('a chat is read, whole or up to a message', async () => {
  const { call, instance, core } = await startWorld()
  const { path } = await instance()
  core.known.add(idMessage)
  for (const body of [{ chatId }, { chatId, idMessage }]) {
    const answer = await call('POST', path('readChat'), body)
    expect([answer.status, answer.body]).toEqual([200, { setRead: true }])
  }
  expect(core.asked).toEqual([
    ['chats.read', chat, undefined],
    ['chats.read', chat, idMessage],
  ])
})

test.each(['editMessage', 'deleteMessage', 'readChat'])(
  '%s of a message that is not there names it',
  async (method) => {
    const { call, instance } = await startWorld()
    const body = { chatId, idMessage, message: 'x' }
    const answer = await call('POST', (await instance()).path(method), body)
    expect([answer.status, answer.body.message]).toEqual([400, `Message not found by id ${idMessage}`])
  },
)

test('somebody is shown to write or speak, for as long as was asked', async () => {
  const { call, instance, core, clock } = await startWorld()
  const { path } = await instance()
  const answer = await call('POST', path('sendTyping'), { chatId, typingTime: 3000, typingType: 'recording' })
  expect([answer.status, answer.text]).toEqual([200, ''])
  expect(core.asked).toEqual([['chats.showPresence', chat, 'recording']])
  clock.advance(2999)
  expect(core.asked).toHaveLength(1)
  clock.advance(1)
  await expect.poll(() => core.asked).toHaveLength(2)
  expect(core.asked[1]).toEqual(['chats.showPresence', chat, 'paused'])

  await call('POST', path('sendTyping'), { chatId })
  expect(core.asked[2]).toEqual(['chats.showPresence', chat, 'composing'])
  const wrong = await call('POST', path('sendTyping'), { chatId, typingTime: 10 })
  expect(wrong.body.message).toBe("Validation failed. Details: 'typingTime' must be greater than or equal to 1000")
})
