import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PhoneMessage } from '@gangway/simulator'
import { expect, onTestFinished, test } from 'vitest'
import { toThisMachine } from './endpoint.js'
import { digestAt, document, facePicture, onDisk, picture, sha256 } from './green-api/files.js'
import { methodsOf, sdkOf, statusOf } from './green-api/sdk.js'
import { SharedFiles } from './green-api/shared-files.js'
import { arrived, hear, openShop } from './green-api/shop.js'
import { until } from './native-client.js'
import { smallJpeg } from './small-files.js'
import { startWorld } from './world.js'

/** What of the client is called here, and what is not, with the reason; nothing else may be left. */
const called = new Set<string>()

const elsewhere = 'green-api-sdk.test.ts'
const notCalled: Readonly<Record<string, string>> = {
  'instance.qr': elsewhere,
  'instance.logout': elsewhere,
  'instance.reboot': elsewhere,
  'instance.getStateInstance': elsewhere,
  'instance.getAuthorizationCode': elsewhere,
  'settings.getSettings': elsewhere,
  'message.addChadIdParam': 'builds its requests',
  'message.addPhoneParam': 'builds its requests',
  'message.addMessageIdParam': 'builds its requests',
  'file.addChadIdParam': 'builds its requests',
  'file.addPhoneParam': 'builds its requests',
  'instance.addChadIdParam': 'builds its requests',
  'instance.addPhoneParam': 'builds its requests',
  'group.addChadIdParam': 'builds its requests',
  'group.addPhoneParam': 'builds its requests',
  'webhookService.onReceivingDeviceStatus': 'of a notification that is out of service at the vendor',
  'webhookService.onReceivingEditedMessage': 'its loop never calls what is kept there',
  'webhookService.onReceivingDeletedMessage': 'its loop never calls what is kept there',
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(() => 'none', statusOf)
}

const idMessage = expect.stringMatching(/^3EB0[0-9A-F]+$/) as string

test('texts, polls, places, contacts, links, and what is done to them', async () => {
  const world = await startWorld()
  const { sdk, phone, ana, chatId } = await openShop(world, called)
  const { message, instance } = sdk
  const ben = await world.whatsapp.registerPhone({ name: 'Ben' })
  const said = async (answer: { readonly idMessage: string }): Promise<PhoneMessage> => {
    expect(answer).toEqual({ idMessage })
    return arrived(ana, answer.idMessage)
  }

  const hello = await said(await message.sendMessage(chatId, null, 'Hello'))
  expect(hello).toMatchObject({ kind: 'text', text: 'Hello', from: phone.number })
  const asked = await ana.send(phone.number, 'Who is it?')
  await hear(sdk, (one) => one.idMessage === asked.id)
  const answer = await said(await message.sendMessage(null, Number(ana.number), 'The shop', asked.id, false))
  expect(answer).toMatchObject({ text: 'The shop', about: asked.id })
  const options = [{ optionName: 'one' }, { optionName: 'two' }]
  const poll = await said(await message.sendPoll(chatId, null, 'Which?', options, true, hello.id))
  expect(poll).toMatchObject({ kind: 'poll', text: 'Which?', about: hello.id })
  expect(poll.options).toMatchObject([{ text: 'one' }, { text: 'two' }])
  const vote = await ana.vote(poll.id, ['two'])
  expect(await hear(sdk, (one) => one.idMessage === vote.id)).toMatchObject({
    messageData: {
      typeMessage: 'pollUpdateMessage',
      pollMessageData: {
        stanzaId: poll.id,
        votes: [
          { optionName: 'one', optionVoters: [] },
          { optionName: 'two', optionVoters: [chatId] },
        ],
        multipleAnswers: true,
      },
    },
  })
  const place = await said(await message.sendLocation(chatId, null, 'Restaurant', 'Ulitsa 1', 44.9, 89.8))
  expect(place.content.locationMessage).toMatchObject({
    name: 'Restaurant',
    address: 'Ulitsa 1',
    degreesLatitude: 44.9,
    degreesLongitude: 89.8,
  })
  const card = { phoneContact: Number(ben.number), firstName: 'Ben', middleName: null, lastName: 'Li', company: null }
  const contact = await said(await message.sendContact(chatId, null, card))
  expect(contact).toMatchObject({ kind: 'contact', text: 'Ben Li' })
  expect(contact.content.contactMessage?.vcard).toContain(`waid=${ben.number}:+${ben.number}`)
  const link = await said(await message.sendLink(chatId, null, 'https://green-api.com'))
  expect(link).toMatchObject({ kind: 'text', text: 'https://green-api.com' })

  const forwarded = await message.forwardMessages(`${ben.number}@c.us`, chatId, [hello.id, place.id])
  expect(forwarded).toEqual({ messages: [idMessage, idMessage] })
  const passedOn = await Promise.all(forwarded.messages.map((id) => arrived(ben, id)))
  expect(passedOn).toMatchObject([
    { kind: 'text', text: 'Hello', forwarded: 1 },
    { kind: 'location', text: 'Restaurant', forwarded: 1 },
  ])
  const edit = await said(await instance.editMessage(chatId, hello.id, 'Good morning'))
  expect(edit).toMatchObject({ kind: 'edit', text: 'Good morning', about: hello.id })
  expect(await instance.deleteMessage(chatId, link.id)).toBe('')
  await until(
    () => ana.messages(),
    (all) => all.some(({ kind, about }) => kind === 'revoke' && about === link.id),
  )

  const button = { buttonId: '1', buttonText: 'Yes' }
  const before = ana.messages().length
  expect(await refusal(message.sendButtons(chatId, 'Sure?', '', [button]))).toBe(403)
  const template = [{ index: 1, quickReplyButton: { displayText: 'Yes', id: '1' } }]
  expect(await refusal(message.sendTemplateButtons(chatId, 'Sure?', '', template))).toBe(403)
  const sections = [{ title: 'Drinks', rows: [{ title: 'Tea', rowId: 'tea', description: '' }] }]
  expect(await refusal(message.sendListMessage(chatId, 'What?', 'Open', 'Menu', '', sections))).toBe(403)
  expect(ana.messages()).toHaveLength(before)
})

test('files out and in, byte for byte', async () => {
  const world = await startWorld({ env: toThisMachine })
  const { sdk, credentials, phone, ana, chatId } = await openShop(world, called)
  const { file } = sdk
  const shared = await SharedFiles.open({ '/offer.pdf': document, '/picture.jpg': picture })
  const has = async (id: string): Promise<string> => {
    await arrived(ana, id)
    return sha256((await ana.media(id)).bytes)
  }

  const offer = await file.sendFileByUrl(chatId, null, `${shared.url}/offer.pdf`, 'offer.pdf', 'For you')
  expect(offer).toEqual({ idMessage })
  expect(await has(offer.idMessage)).toBe(sha256(document))
  expect(await arrived(ana, offer.idMessage)).toMatchObject({
    kind: 'document',
    text: 'For you',
    media: { fileName: 'offer.pdf', mimetype: 'application/pdf' },
  })
  const { urlFile } = await file.uploadFile(await onDisk('picture.jpg', picture))
  expect(await digestAt(urlFile)).toBe(sha256(picture))
  const look = await file.sendFileByUrl(null, Number(ana.number), urlFile, 'picture.jpg', 'Look')
  expect(await has(look.idMessage)).toBe(sha256(picture))
  expect(await arrived(ana, look.idMessage)).toMatchObject({ kind: 'image', text: 'Look' })
  // It takes the form of Node's older libraries, which tells its headers itself.
  const form = Object.assign(new FormData(), { getHeaders: () => ({}) })
  form.append('file', new Blob([document], { type: 'application/pdf' }), 'offer.pdf')
  form.append('chatId', chatId)
  form.append('caption', 'Once more')
  const uploaded = await file.sendFileByUpload(form)
  expect(uploaded).toEqual({ idMessage, urlFile: expect.stringContaining(world.gateway.url) as string })
  expect(await has(uploaded.idMessage)).toBe(sha256(document))
  expect(await digestAt(uploaded.urlFile)).toBe(sha256(document))

  const theirs = Buffer.from(smallJpeg('from Ana'), 'base64')
  const sent = await ana.sendContent(phone.number, { kind: 'image', bytes: theirs, caption: 'Here' })
  const notified = await hear(sdk, (one) => one.idMessage === sent.id)
  expect(await digestAt(notified.messageData?.fileMessageData?.downloadUrl ?? '')).toBe(sha256(theirs))
  const brought = await file.downloadFile(chatId, sent.id)
  expect(await digestAt(brought.urlFile)).toBe(sha256(theirs))
  // As a client of 2021 has it.
  const { idInstance, apiTokenInstance } = credentials
  const older = `${world.gateway.url}/waInstance${idInstance}/downloadFile/${apiTokenInstance}/${sent.id}`
  expect(await digestAt(older)).toBe(sha256(theirs))
})

test('what a phone does, told to each callback that is there for it', async () => {
  const world = await startWorld()
  const { sdk, phone, ana, chatId } = await openShop(world, called)
  const { webhookService: service } = sdk
  const heard: [callback: string, about: unknown][] = []
  service.onReceivingAccountStatus(({ stateInstance }) => heard.push(['account', stateInstance]))
  service.onReceivingMessageText(({ idMessage: id }) => heard.push(['text', id]))
  service.onReceivingMessageTextURL(({ idMessage: id }) => heard.push(['link', id]))
  service.onReceivingMessageImage(({ idMessage: id }) => heard.push(['image', id]))
  service.onReceivingMessageVideo(({ idMessage: id }) => heard.push(['video', id]))
  service.onReceivingMessageAudio(({ idMessage: id }) => heard.push(['audio', id]))
  service.onReceivingMessageDocument(({ idMessage: id }) => heard.push(['document', id]))
  service.onReceivingMessageContact(({ idMessage: id }) => heard.push(['contact', id]))
  service.onReceivingMessageLocation(({ idMessage: id }) => heard.push(['location', id]))
  service.onReceivingOutboundMessageStatus(({ idMessage: id, status }) => heard.push([status, id]))
  const sent = [
    ['text', await ana.send(phone.number, 'Hello')],
    ['link', await ana.send(phone.number, 'https://shop.example')],
    ['image', await ana.sendContent(phone.number, { kind: 'image' })],
    ['video', await ana.sendContent(phone.number, { kind: 'video' })],
    ['audio', await ana.sendContent(phone.number, { kind: 'audio', voice: true })],
    ['document', await ana.sendContent(phone.number, { kind: 'document', fileName: 'a.pdf' })],
    ['contact', await ana.sendContent(phone.number, { kind: 'contact', name: 'Ben', number: '79001234569' })],
    ['location', await ana.sendContent(phone.number, { kind: 'location', latitude: 1, longitude: 2 })],
  ] as const
  const expected = sent.map(([callback, { id }]) => [callback, id])
  await service.startReceivingNotifications()
  onTestFinished(() => service.stopReceivingNotifications())
  await until(
    () => heard,
    (all) => all.some(([callback]) => callback === 'location'),
  )
  expect(heard).toEqual([['account', 'starting'], ['account', 'authorized'], ...expected])
  // Away, so that the ticks come one after the other.
  ana.leave()
  const answer = await sdk.message.sendMessage(chatId, null, 'Thank you')
  await until(
    () => heard,
    (all) => all.some(([callback]) => callback === 'sent'),
  )
  await ana.comeBack()
  await until(
    () => heard,
    (all) => all.some(([callback]) => callback === 'delivered'),
  )
  expect(heard.slice(2 + expected.length)).toEqual([
    ['sent', answer.idMessage],
    ['delivered', answer.idMessage],
  ])
  await service.stopReceivingNotifications()
  // The client deletes a notification after it has told of it, and its stopping does not wait for that.
  await expect.poll(() => service.receiveNotification()).toBeNull()
  expect(await service.deleteNotification(1)).toEqual({ result: false })
})

test('journals, the queue, and the mark of what was read', async () => {
  const world = await startWorld()
  const { sdk, phone, ana, chatId } = await openShop(world, called)
  const { message } = sdk
  const asked = await ana.send(phone.number, 'Are you open?')
  await hear(sdk, (one) => one.idMessage === asked.id)
  const { idMessage: id } = await message.sendMessage(chatId, null, 'We are')
  await arrived(ana, id)
  await ana.read([id])
  await hear(sdk, (one) => 'status' in one && one.status === 'read')

  const incoming = { type: 'incoming', idMessage: asked.id, chatId, senderId: chatId, textMessage: 'Are you open?' }
  const outgoing = { type: 'outgoing', idMessage: id, chatId, textMessage: 'We are', statusMessage: 'read' }
  expect(await message.getChatHistory(chatId)).toMatchObject([outgoing, incoming])
  expect(await message.getChatHistory(chatId, 1)).toMatchObject([outgoing])
  expect(await message.getMessage(chatId, asked.id)).toMatchObject(incoming)
  expect(await message.getMessage(chatId, id)).toMatchObject({ ...outgoing, sendByApi: true })
  // Of these two answers the client keeps a few fields.
  const kept = { idMessage: asked.id, chatId, typeMessage: 'textMessage', textMessage: 'Are you open?' }
  expect(await message.lastIncomingMessages()).toMatchObject([kept])
  expect(await message.lastOutgoingMessages()).toMatchObject([{ idMessage: id, chatId, statusMessage: 'read' }])

  const receipts = () =>
    ana
      .messages()
      .find((one) => one.id === asked.id)
      ?.receipts.map(({ kind }) => kind) ?? []
  expect(receipts()).not.toContain('read')
  expect(await message.readChat(chatId, null, asked.id)).toEqual({ setRead: true })
  await until(receipts, (kinds) => kinds.includes('read'))

  // The pause between two messages keeps what waits in the queue.
  expect(await sdk.settings.setSettings({ delaySendMessagesMilliseconds: 600_000 })).toEqual({ saveSettings: true })
  await message.sendMessage(chatId, null, 'goes out, if it may')
  const last = await message.sendMessage(chatId, null, 'waits')
  expect((await message.showMessagesQueue()).at(-1)).toMatchObject({
    messageID: last.idMessage,
    type: 'sendMessage',
    body: { chatId, message: 'waits' },
  })
  expect(await message.clearMessagesQueue()).toEqual({ isCleared: true })
  expect(await message.showMessagesQueue()).toEqual([])
  expect(ana.messages().some(({ text }) => text === 'waits')).toBe(false)
})

test('numbers, pictures, chats and contacts', async () => {
  const world = await startWorld()
  const { sdk, phone, ana, chatId } = await openShop(world, called)
  const { instance, settings } = sdk
  await ana.profile.setPicture(await facePicture())
  await ana.profile.setAbout('At work')

  expect(await instance.checkWhatsapp(Number(ana.number))).toEqual({ existsWhatsapp: true, chatId })
  expect(await instance.checkWhatsapp(15550009999)).toEqual({ existsWhatsapp: false })
  const face = await instance.getAvatar(chatId, null)
  expect(face.available).toBe(true)
  expect(await digestAt(face.urlAvatar)).toBe(sha256(ana.profile.picture() ?? new Uint8Array()))
  expect(await instance.getAvatar(null, Number(phone.number))).toEqual({ urlAvatar: '', available: false })

  const hello = await ana.send(phone.number, 'Hello')
  await hear(sdk, (one) => one.idMessage === hello.id)
  await phone.saveContact(ana.number, 'Ana Pérez')
  await until(
    () => instance.getContacts(),
    (all) => all.some(({ contactName }) => contactName === 'Ana Pérez'),
  )
  expect(await instance.getContacts()).toContainEqual({
    id: chatId,
    name: 'Ana Pérez',
    contactName: 'Ana Pérez',
    type: 'user',
  })
  expect(await instance.getChats()).toMatchObject([{ id: chatId, type: 'user', name: 'Ana Pérez', archive: false }])
  expect(await instance.archiveChat(chatId)).toBe('')
  expect(phone.chat(ana.number).archived).toBe(true)
  const info = await instance.getContactInfo(chatId)
  expect(info).toMatchObject({
    chatId,
    name: 'Ana',
    contactName: 'Ana Pérez',
    description: 'At work',
    isArchive: true,
    isBusiness: false,
  })
  expect(await digestAt(info.avatar)).toBe(sha256(ana.profile.picture() ?? new Uint8Array()))
  expect(await instance.unarchiveChat(chatId)).toBe('')
  expect(phone.chat(ana.number).archived).toBe(false)

  expect(await settings.getWaSettings()).toMatchObject({ phone: phone.number, stateInstance: 'authorized' })
  expect(await refusal(instance.getDeviceInfo())).toBe(404)
})

test('groups, from their making to leaving them', async () => {
  const world = await startWorld()
  const { sdk, phone, ana, chatId } = await openShop(world, called)
  const { group } = sdk
  const ben = await world.whatsapp.registerPhone({ name: 'Ben' })
  const benId = `${ben.number}@c.us`

  const made = await group.createGroup('Friends', [chatId])
  expect(made).toEqual({
    created: true,
    chatId: expect.stringMatching(/^\d+@g\.us$/) as string,
    groupInviteLink: expect.stringMatching(/^https:\/\/chat\.whatsapp\.com\/./) as string,
  })
  const groupId = made.chatId
  const seen = () => {
    const found = ana.group(groupId)
    if (found === undefined) throw new Error('Ana is not in it')
    return found
  }
  const roleOf = (number: string) =>
    seen()
      .participants()
      .find((one) => one.number === number)?.role
  expect([seen().subject, roleOf(phone.number), roleOf(ana.number)]).toEqual(['Friends', 'superadmin', 'member'])

  expect(await group.addGroupParticipant(groupId, benId, null)).toEqual({ addParticipant: true })
  expect(roleOf(ben.number)).toBe('member')
  expect(await group.setGroupAdmin(groupId, benId)).toEqual({ setGroupAdmin: true })
  expect(roleOf(ben.number)).toBe('admin')
  expect(await group.getGroupData(groupId)).toMatchObject({
    groupId,
    owner: `${phone.number}@c.us`,
    subject: 'Friends',
    participants: expect.arrayContaining([
      { id: `${phone.number}@c.us`, isAdmin: true, isSuperAdmin: true },
      { id: chatId, isAdmin: false, isSuperAdmin: false },
      { id: benId, isAdmin: true, isSuperAdmin: false },
    ]) as object[],
    groupInviteLink: made.groupInviteLink,
  })
  expect(await group.removeAdmin(groupId, benId)).toEqual({ removeAdmin: true })
  expect(roleOf(ben.number)).toBe('member')
  expect(await group.removeGroupParticipant(groupId, benId, null)).toEqual({ removeParticipant: true })
  expect(roleOf(ben.number)).toBeUndefined()
  expect(await group.updateGroupName(groupId, 'Club')).toEqual({ updateGroupName: true })
  expect(seen().subject).toBe('Club')
  const pictured = await group.setGroupPicture(groupId, await onDisk('face.jpg', await facePicture()))
  expect(pictured).toMatchObject({ setGroupPicture: true, reason: '' })
  expect(await digestAt(pictured.urlAvatar)).toBe(sha256(seen().picture() ?? new Uint8Array()))

  const hello = await sdk.message.sendMessage(groupId, null, 'Hello, all')
  expect(await arrived(ana, hello.idMessage)).toMatchObject({ to: groupId, text: 'Hello, all' })
  const answer = await ana.send(groupId, 'Hello, shop')
  expect(await hear(sdk, (one) => one.idMessage === answer.id)).toMatchObject({
    senderData: { chatId: groupId, sender: chatId, senderName: 'Ana' },
    messageData: { textMessageData: { textMessage: 'Hello, shop' } },
  })
  expect(await group.leaveGroup(groupId)).toEqual({ leaveGroup: true })
  expect(roleOf(phone.number)).toBeUndefined()
})

test('nothing of it is left out', async () => {
  const methods = methodsOf(sdkOf('http://127.0.0.1', { idInstance: 1, apiTokenInstance: 'x' }))
  expect([...called, ...Object.keys(notCalled)].sort()).toEqual(methods.sort())
  const other = await readFile(join(import.meta.dirname, elsewhere), 'utf8')
  const there = Object.entries(notCalled).filter(([, why]) => why === elsewhere)
  for (const [method] of there) expect(other).toContain(`${method}(`)
})
