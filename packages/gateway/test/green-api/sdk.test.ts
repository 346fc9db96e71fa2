import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import whatsAppClient from '@green-api/whatsapp-api-client'
import { GreenApiClient } from '@green-api/whatsapp-api-client-js-v2'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { everyContent } from '../dialects/every-content.js'
import { fromAna } from '../dialects/every-event.js'
import { groupNamed } from './fake-core.js'
import { account, startWorld, type Owned, type World } from './world.js'

const [chatId, jid] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const groupId = '120363043968066561@g.us'
const phone = 79001234568
const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('a picture')])
const urlFile = 'https://shop.example/a.jpg'

beforeEach(() => {
  // The second client writes every request down, its token included.
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})

async function linkedWorld(): Promise<{ world: World; owned: Owned; last: () => unknown }> {
  const world = await startWorld()
  const owned = await world.instance({ state: 'linked', account })
  world.core.web.set(urlFile, picture)
  world.core.known.add('AAAA')
  world.core.groupList.set(groupId, groupNamed(groupId, 'Friends', [jid]))
  world.core.checks.set(String(phone), { phone: String(phone), exists: true, chat: jid, lid: null })
  const last = (): unknown => world.core.asked.at(-1)
  return { world, owned, last }
}

async function pictureFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'green-api-sdk-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'picture.jpg')
  await writeFile(path, picture)
  return path
}

function sent(content: object): unknown {
  return ['messages.send', { to: jid, content }]
}

const idMessage = expect.stringMatching(/^3EB0/) as string

function first({ url }: World, { idInstance, token }: Owned) {
  return whatsAppClient.restAPI({ idInstance: String(idInstance), apiTokenInstance: token, host: url, media: url })
}

test('the first client sends', async () => {
  const { world, owned, last } = await linkedWorld()
  const { message, instance } = first(world, owned)
  expect(await message.sendMessage(chatId, null, 'Hello')).toEqual({ idMessage })
  expect(last()).toEqual(sent({ kind: 'text', text: 'Hello' }))
  expect(await message.sendMessage(null, phone, 'Hello', 'AAAA', false)).toEqual({ idMessage })
  expect(last()).toEqual([
    'messages.send',
    { to: jid, replyTo: 'AAAA', content: { kind: 'text', text: 'Hello', preview: false } },
  ])
  await message.sendPoll(chatId, null, 'Which?', [{ optionName: 'one' }, { optionName: 'two' }])
  expect(last()).toEqual(sent({ kind: 'poll', question: 'Which?', options: ['one', 'two'], multiple: false }))
  await message.sendLocation(chatId, null, 'Restaurant', 'Ulitsa 1', 44.94, 89.87)
  expect(last()).toEqual(
    sent({ kind: 'location', latitude: 44.94, longitude: 89.87, name: 'Restaurant', address: 'Ulitsa 1' }),
  )
  const contact = { phoneContact: 79001234569, firstName: 'Ben', middleName: null, lastName: null, company: null }
  await message.sendContact(chatId, null, contact)
  expect(last()).toMatchObject(sent({ kind: 'contacts', contacts: [{ name: 'Ben' }] }) as unknown[])
  await message.sendLink(chatId, null, 'https://green-api.com')
  expect(last()).toEqual(sent({ kind: 'text', text: 'https://green-api.com', preview: true }))
  expect(await message.forwardMessages(chatId, groupId, ['AAAA'])).toEqual({ messages: [idMessage] })
  const more = instance as unknown as {
    editMessage(chatId: string, idMessage: string, message: string): Promise<unknown>
    deleteMessage(chatId: string, idMessage: string): Promise<unknown>
  }
  expect(await more.editMessage(chatId, 'AAAA', 'Better')).toEqual({ idMessage })
  expect(await more.deleteMessage(chatId, 'AAAA')).toBe('')
  for (const method of ['sendButtons', 'sendTemplateButtons', 'sendListMessage']) {
    const gone = (message as unknown as Record<string, (...said: unknown[]) => Promise<unknown>>)[method]
    await expect(gone?.call(message, chatId, 'x', null, [])).rejects.toMatchObject({ response: { status: 403 } })
  }
})

test('the first client sends files, and has them', async () => {
  const { world, owned, last } = await linkedWorld()
  const { file } = first(world, owned)
  expect(await file.sendFileByUrl(chatId, null, urlFile, 'a.jpg')).toEqual({ idMessage })
  expect(last()).toEqual(sent({ kind: 'auto', media: [...world.core.files.keys()].at(-1), name: 'a.jpg' }))
  expect(await file.sendFileByUrl(null, phone, urlFile, 'a.pdf', 'Look')).toEqual({ idMessage })
  const { urlFile: uploaded } = await file.uploadFile(await pictureFile())
  const stored = [...world.core.files.values()].at(-1)
  expect([uploaded, stored?.bytes]).toEqual([`http://gateway.test/media/${stored?.file.id}`, picture])
  // It takes the form of Node's older libraries, which tells its headers itself.
  const form = Object.assign(new FormData(), { getHeaders: () => ({}) })
  form.append('chatId', chatId)
  form.append('file', new Blob([picture], { type: 'image/jpeg' }), 'a.jpg')
  expect(await file.sendFileByUpload(form)).toEqual({
    idMessage,
    urlFile: expect.stringContaining('http://gateway.test/media/') as string,
  })
  expect([...world.core.files.values()].at(-1)?.bytes).toEqual(picture)
  expect((await file.downloadFile(chatId, 'AAAA')).urlFile).toMatch(/^http:\/\/gateway\.test\/media\//)
})

test('the first client reads journals and the queue', async () => {
  const { world, owned } = await linkedWorld()
  const { message } = first(world, owned)
  await message.sendMessage(chatId, null, 'Hello')
  const id = world.core.queue[0]?.id ?? ''
  expect(await message.showMessagesQueue()).toEqual([
    { messageID: id, messagesIDs: undefined, type: 'sendMessage', body: { chatId, message: 'Hello' } },
  ])
  expect(await message.getMessage(chatId, id)).toMatchObject({ idMessage: id, statusMessage: 'pending' })
  expect(await message.lastOutgoingMessages()).toMatchObject([{ idMessage: id, textMessage: 'Hello' }])
  expect(await message.lastIncomingMessages()).toEqual([])
  expect(await message.getChatHistory(chatId, 10)).toEqual([])
  expect(await message.clearMessagesQueue()).toEqual({ isCleared: true })
  expect(await message.readChat(chatId, null)).toEqual({ setRead: true })
})

test('the first client asks about people and chats', async () => {
  const { world, owned } = await linkedWorld()
  const { instance, settings } = first(world, owned)
  expect(await instance.checkWhatsapp(phone)).toEqual({ existsWhatsapp: true, chatId })
  expect(await instance.getAvatar(null, phone)).toEqual({ urlAvatar: '', available: false })
  expect(await instance.getContacts()).toMatchObject([{ id: groupId, type: 'group' }])
  expect(await instance.getContactInfo(chatId)).toMatchObject({ chatId, products: [] })
  const more = instance as unknown as { getChats(): Promise<unknown> }
  expect(await more.getChats()).toEqual([])
  const account = settings as unknown as { getWaSettings(): Promise<unknown> }
  expect(await account.getWaSettings()).toMatchObject({ phone: '79001234567', stateInstance: 'authorized' })
  await expect(instance.archiveChat(chatId)).rejects.toMatchObject({ response: { status: 400 } })
})

test('the first client keeps groups', async () => {
  const { world, owned } = await linkedWorld()
  const { group } = first(world, owned)
  expect(await group.createGroup('Club', [chatId])).toMatchObject({ created: true })
  expect(await group.getGroupData(groupId)).toMatchObject({ groupId, subject: 'Friends' })
  expect(await group.updateGroupName(groupId, 'Club')).toEqual({ updateGroupName: true })
  expect(await group.addGroupParticipant(groupId, chatId, null)).toEqual({ addParticipant: true })
  expect(await group.removeGroupParticipant(groupId, chatId, null)).toEqual({ removeParticipant: true })
  expect(await group.setGroupAdmin(groupId, chatId)).toEqual({ setGroupAdmin: true })
  expect(await group.removeAdmin(groupId, chatId)).toEqual({ removeAdmin: true })
  expect(await group.setGroupPicture(groupId, await pictureFile())).toMatchObject({ setGroupPicture: true })
  expect([...world.core.files.values()].at(-1)?.bytes).toEqual(picture)
  expect(await group.leaveGroup(groupId)).toEqual({ leaveGroup: true })
})

/** The address of the vendor stands fixed in it. */
function second({ url }: World, { idInstance, token }: Owned): GreenApiClient {
  class Client extends GreenApiClient {
    protected override buildUrl(): string {
      return `${url}/waInstance${this.instance.idInstance}`
    }
  }
  return new Client({ idInstance, apiTokenInstance: token })
}

test('the second client sends', async () => {
  const { world, owned, last } = await linkedWorld()
  const client = second(world, owned)
  expect(await client.sendMessage({ chatId, message: 'Hello', quotedMessageId: 'AAAA' })).toEqual({ idMessage })
  const file = { data: new Blob([picture], { type: 'image/jpeg' }), fileName: 'a.jpg' }
  expect(await client.sendFileByUpload({ chatId, file, caption: 'Look' })).toMatchObject({ idMessage })
  expect(last()).toMatchObject(sent({ kind: 'auto', name: 'a.jpg', caption: 'Look' }) as unknown[])
  expect([...world.core.files.values()].at(-1)?.bytes).toEqual(picture)
  expect(await client.sendFileByUrl({ chatId, file: { url: urlFile, fileName: 'a.jpg' } })).toEqual({ idMessage })
  const options = [{ optionName: 'one' }, { optionName: 'two' }]
  expect(await client.sendPoll({ chatId, message: 'Which?', options, multipleAnswers: true })).toEqual({ idMessage })
  expect(await client.sendLocation({ chatId, latitude: 44.94, longitude: 89.87 })).toEqual({ idMessage })
  expect(await client.sendContact({ chatId, contact: { phoneContact: phone, company: 'Shop' } })).toEqual({ idMessage })
  const forwarded = await client.forwardMessages({ chatId, chatIdFrom: groupId, messages: ['AAAA'] })
  expect(forwarded).toEqual({ messages: [idMessage] })
  expect(await client.editMessage({ chatId, idMessage: 'AAAA', message: 'Better' })).toEqual({ idMessage })
  await client.deleteMessage({ chatId, idMessage: 'AAAA' })
  expect(last()).toEqual(sent({ kind: 'delete', target: 'AAAA' }))
  expect(await client.downloadFile({ chatId, idMessage: 'AAAA' })).toMatchObject({
    downloadUrl: expect.stringContaining('http://gateway.test/media/') as string,
  })
  expect(await client.readChat({ chatId, idMessage: 'AAAA' })).toEqual({ setRead: true })
  expect(await client.showMessagesQueue()).toHaveLength(9)
  expect(await client.clearMessagesQueue()).toEqual({ isCleared: true })
})

test.each([
  ['called a picture', new File([picture], 'a.jpg', { type: 'image/jpeg' }), undefined, 'a.jpg'],
  ['named beside', new File([picture], 'a.jpg'), 'main.go', 'a.jpg'],
  ['without a name', new Blob([picture]), 'main.go', 'blob'],
])('the second client uploads a file %s', async (_how, file, beside, name) => {
  const { world, owned } = await linkedWorld()
  const { urlFile: uploaded } = await second(world, owned).uploadFile(file, beside)
  const stored = [...world.core.files.values()].at(-1)
  expect(uploaded).toBe(`http://gateway.test/media/${stored?.file.id}`)
  expect([stored?.bytes, stored?.file.name]).toEqual([picture, name])
})

test('the second client asks and changes', async () => {
  const { world, owned } = await linkedWorld()
  const client = second(world, owned)
  expect(await client.getStateInstance()).toEqual({ stateInstance: 'authorized' })
  expect(await client.setSettings({ outgoingWebhook: 'yes' })).toEqual({ saveSettings: true })
  expect(await client.getSettings()).toMatchObject({ outgoingWebhook: 'yes' })
  expect(await client.getWaSettings()).toMatchObject({ phone: '79001234567' })
  expect(await client.setProfilePicture(new Blob([picture]))).toMatchObject({ setProfilePicture: true })
  expect(await client.checkWhatsapp({ phoneNumber: phone })).toMatchObject({ existsWhatsapp: true })
  expect(await client.getAvatar({ chatId })).toEqual({ urlAvatar: '', available: false })
  expect(await client.getContacts()).toHaveLength(1)
  expect(await client.getContactInfo({ chatId })).toMatchObject({ isBusiness: false })
  expect(await client.addContact({ chatId, firstName: 'Ana', saveInAddressbook: true })).toEqual({ addContact: true })
  expect(await client.editContact({ chatId, firstName: 'Ana' })).toEqual({ editContact: true })
  expect(await client.deleteContact({ chatId })).toEqual({ deleteContact: true })
  await expect(client.setDisappearingChat({ chatId, ephemeralExpiration: 86_400 })).rejects.toThrow('bad request data')
  expect(await client.createGroup({ groupName: 'Club', chatIds: [chatId] })).toMatchObject({ created: true })
  const withPicture = await client.setGroupPicture({ groupId, file: new Blob([picture]) })
  expect(withPicture).toMatchObject({ setGroupPicture: true })
  expect(await client.leaveGroup({ groupId })).toEqual({ leaveGroup: true })
})

test('the second client posts and reads statuses, and reads journals', async () => {
  const { world, owned } = await linkedWorld()
  const client = second(world, owned)
  expect(await client.sendTextStatus({ message: 'Hi', backgroundColor: '#228B22', font: 'SERIF' })).toEqual({
    idMessage,
  })
  expect(await client.sendVoiceStatus({ urlFile, fileName: 'a.ogg' })).toEqual({ idMessage })
  expect(await client.sendMediaStatus({ urlFile, fileName: 'a.jpg', caption: 'Look' })).toEqual({ idMessage })
  await client.deleteStatus({ idMessage: 'AAAA' })
  expect(await client.getStatusStatistic({ idMessage: 'AAAA' })).toEqual([])
  expect(await client.getIncomingStatuses({ minutes: 10 })).toEqual([])
  expect(await client.getOutgoingStatuses()).toEqual([])
  expect(await client.getChatHistory({ chatId, count: 5 })).toEqual([])
  await expect(client.getMessage({ chatId, idMessage: 'BBBB' })).rejects.toThrow('Message not found by id BBBB')
  expect(await client.lastIncomingMessages(10)).toEqual([])
  expect(await client.lastOutgoingMessages(10)).toEqual([])
})

test('the first client tells each kind of message to the callback that is there for it', async () => {
  const { world, owned } = await linkedWorld()
  const { webhookService, settings } = first(world, owned)
  await settings.setSettings({ incomingWebhook: 'yes' })
  const heard: string[] = []
  const hears = (name: string) => (): void => void heard.push(name)
  webhookService.onReceivingMessageText(hears('text'))
  webhookService.onReceivingMessageImage(hears('image'))
  webhookService.onReceivingMessageVideo(hears('video'))
  webhookService.onReceivingMessageAudio(hears('audio'))
  webhookService.onReceivingMessageDocument(hears('document'))
  webhookService.onReceivingMessageContact(hears('contact'))
  webhookService.onReceivingMessageLocation(hears('location'))
  const kinds = ['text', 'image', 'video', 'audio', 'document', 'contacts', 'location', 'poll'] as const
  for (const kind of kinds) {
    world.queues.happened(owned.id, 'message.received', { ...fromAna, content: everyContent[kind] })
  }
  onTestFinished(() => webhookService.stopReceivingNotifications())
  await webhookService.startReceivingNotifications()
  await expect.poll(() => heard, { timeout: 10_000 }).toHaveLength(7)
  expect(heard).toEqual(['text', 'image', 'video', 'audio', 'document', 'contact', 'location'])
})
