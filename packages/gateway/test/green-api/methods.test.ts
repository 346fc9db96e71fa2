import { expect, test } from 'vitest'
import { instanceMethods } from '#gateway/dialects/green-api/methods.js'
import { RateLimit } from '#gateway/dialects/green-api/rate-limit.js'
import { SettingsShelf } from '#gateway/dialects/green-api/settings-shelf.js'
import { startWorld } from './world.js'

/** Each method once: its verb and how often a second an instance may call it (vendors.md §1.3 where the vendor says so). */
const table: Readonly<Record<string, readonly [verb: string, perSecond: number]>> = {
  qr: ['GET', 3],
  getStateInstance: ['GET', 1],
  getStatusInstance: ['GET', 1],
  getStateInstanceHistory: ['GET', 1],
  getSettings: ['GET', 1],
  setSettings: ['POST', 1],
  getWaSettings: ['GET', 1],
  reboot: ['GET', 1],
  logout: ['GET', 1],
  getAuthorizationCode: ['POST', 1],
  setProfilePicture: ['POST', 0.1],
  updateApiToken: ['GET', 1],
  receiveNotification: ['GET', 100],
  deleteNotification: ['DELETE', 100],
  sendMessage: ['POST', 50],
  sendLink: ['POST', 50],
  sendPoll: ['POST', 50],
  sendLocation: ['POST', 50],
  sendContact: ['POST', 50],
  sendInteractiveButtons: ['POST', 50],
  sendInteractiveButtonsReply: ['POST', 50],
  sendButtons: ['POST', 50],
  sendTemplateButtons: ['POST', 50],
  sendListMessage: ['POST', 50],
  forwardMessages: ['POST', 50],
  sendFileByUrl: ['POST', 50],
  sendFileByUpload: ['POST', 50],
  uploadFile: ['POST', 50],
  downloadFile: ['POST', 5],
  editMessage: ['POST', 10],
  deleteMessage: ['POST', 10],
  readChat: ['POST', 10],
  sendTyping: ['POST', 10],
  showMessagesQueue: ['GET', 1],
  clearMessagesQueue: ['GET', 1],
  getChatHistory: ['POST', 1],
  getMessage: ['POST', 10],
  lastIncomingMessages: ['GET', 1],
  lastOutgoingMessages: ['GET', 1],
  lastIncomingCalls: ['GET', 1],
  lastOutgoingCalls: ['GET', 1],
  checkWhatsapp: ['POST', 10],
  getAvatar: ['POST', 10],
  getContacts: ['GET', 1],
  getContactInfo: ['POST', 1],
  getChats: ['GET', 1],
  archiveChat: ['POST', 10],
  unarchiveChat: ['POST', 10],
  setDisappearingChat: ['POST', 1],
  addContact: ['POST', 1],
  editContact: ['POST', 1],
  deleteContact: ['POST', 1],
  createGroup: ['POST', 1],
  updateGroupName: ['POST', 1],
  getGroupData: ['POST', 1],
  addGroupParticipant: ['POST', 10],
  removeGroupParticipant: ['POST', 10],
  setGroupAdmin: ['POST', 10],
  removeAdmin: ['POST', 10],
  updateGroupSettings: ['POST', 1],
  leaveGroup: ['POST', 10],
  setGroupPicture: ['POST', 1],
  sendTextStatus: ['POST', 5],
  sendVoiceStatus: ['POST', 5],
  sendMediaStatus: ['POST', 5],
  deleteStatus: ['POST', 10],
  getStatusStatistic: ['GET', 1],
  getIncomingStatuses: ['GET', 1],
  getOutgoingStatuses: ['GET', 1],
}

test('every method, with its verb and its limit', async () => {
  const { gateway, clock } = await startWorld()
  const methods = instanceMethods({
    gateway,
    clock,
    shelf: new SettingsShelf(gateway.settings, clock),
    limit: new RateLimit(clock),
    closing: new AbortController().signal,
  })
  // The one name that two methods have.
  const older = methods.filter(({ name, verb }) => name === 'downloadFile' && verb === 'GET')
  expect(older).toMatchObject([{ perSecond: 5, takesId: true }])
  const found = methods
    .filter((method) => !older.includes(method))
    .map(({ name, verb, perSecond }) => [name, [verb, perSecond]] as const)
  expect(found).toHaveLength(Object.keys(table).length)
  expect(Object.fromEntries(found)).toEqual(table)
})

test('each is found in any case, refused with another verb, and open to browsers', async () => {
  const { call, instance } = await startWorld()
  const { path } = await instance()
  for (const name of Object.keys(table)) {
    const wrong = await call('PUT', path(name.toUpperCase()))
    expect([wrong.status, wrong.body.message], name).toEqual([404, `Cannot PUT ${path(name.toUpperCase())}`])
    const before = await call('OPTIONS', path(name))
    expect([before.status, before.headers.get('access-control-allow-origin')], name).toEqual([204, '*'])
  }
})
