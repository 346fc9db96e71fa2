import { expect, test } from 'vitest'
import { errorCodes, GatewayError } from '#gateway/core/errors/gateway-error.js'
import { answers } from '#gateway/dialects/green-api/errors.js'
import { unreadableBodies } from '../dialects/unreadable-bodies.js'
import { key, startWorld } from './world.js'

test('every code of the core is answered in the vendor’s form', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  const { path } = await instance()
  for (const code of errorCodes) {
    clock.advance(1000)
    gateway.failNext(new GatewayError(code, 'said by the core about workspace 7'))
    const answer = await call('GET', path('getStateInstance'))
    const [statusCode, message] = answers[code]
    expect(answer.status, code).toBe(statusCode)
    if (statusCode === 401) expect(answer.text).toBe('')
    else {
      expect(answer.body, code).toEqual({
        statusCode,
        timestamp: clock.now().toISOString(),
        path: path('getStateInstance'),
        message,
      })
    }
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
})

test('only what is wrong on our side is a 5xx', () => {
  const ours = errorCodes.filter((code) => answers[code][0] >= 500)
  expect(ours).toEqual([
    'storage-full',
    'stale-owner',
    'whatsapp-unreachable',
    'whatsapp-refused',
    'client-outdated',
    'issuer-unreachable',
    'send-timed-out',
    'internal-error',
  ])
})

test('a fault of our own tells the caller nothing', async () => {
  const { call, instance, gateway, log } = await startWorld()
  const { path } = await instance()
  gateway.failNext(new TypeError('cannot read the token 0123456789abcdef01234567'))
  const answer = await call('GET', path('getStateInstance'))
  expect([answer.status, answer.body.message]).toEqual([500, 'Internal Server Error'])
  expect(log.filter((line) => line.includes('"level":50'))).toHaveLength(1)
  expect(log.join('')).not.toContain('0123456789abcdef01234567')
})

test.each([
  ['{"webhookUrl":', 'Unexpected end of JSON input'],
  ['webhookUrl=x', 'Unexpected token w in JSON'],
  ['{"webhookUrl" 1}', 'Unexpected token in JSON at position 14'],
  ['{"webhookUrl":"x",}', 'Unexpected token in JSON at position 18'],
  ['{\'webhookUrl\':"x"}', 'Unexpected token in JSON at position 1'],
])('malformed JSON: %s', async (body, message) => {
  const { call, instance } = await startWorld()
  const answer = await call('POST', (await instance()).path('setSettings'), body)
  expect([answer.status, answer.body.message]).toEqual([400, message])
})

const jsonMethods = [
  ...['setSettings', 'getAuthorizationCode', 'sendMessage', 'sendLink', 'sendPoll', 'sendLocation', 'sendContact'],
  ...['sendInteractiveButtons', 'sendInteractiveButtonsReply', 'forwardMessages', 'sendFileByUrl', 'downloadFile'],
  ...['editMessage', 'deleteMessage', 'readChat', 'sendTyping', 'getChatHistory', 'getMessage'],
  ...['checkWhatsapp', 'getAvatar', 'getContactInfo', 'archiveChat', 'unarchiveChat', 'setDisappearingChat'],
  ...['addContact', 'editContact', 'deleteContact', 'createGroup', 'updateGroupName', 'getGroupData'],
  ...['addGroupParticipant', 'removeGroupParticipant', 'setGroupAdmin', 'removeAdmin', 'updateGroupSettings'],
  ...['leaveGroup', 'sendTextStatus', 'sendVoiceStatus', 'sendMediaStatus', 'deleteStatus'],
]

test('F30: a body that nobody can read is never a fault of ours', async () => {
  const { call, instance, kept, core } = await startWorld()
  const { path } = await instance()
  for (const [name, body] of Object.entries(unreadableBodies)) {
    for (const method of jsonMethods) {
      const answer = await call('POST', path(method), body)
      expect([400, 413, 429], `${method}: ${name}`).toContain(answer.status)
    }
    for (const method of ['createInstance', 'deleteInstanceAccount']) {
      const answer = await call('POST', `/partner/${method}/${key}`, body)
      expect([400, 413], `${method}: ${name}`).toContain(answer.status)
    }
  }
  expect(kept.size).toBe(0)
  expect(core.asked).toEqual([])
})

test('a body that is not called JSON is refused where JSON is needed', async () => {
  const { call, instance } = await startWorld()
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
  ]) {
    const { path } = await instance()
    const answer = await call('POST', path('setSettings'), '{"incomingWebhook":"yes"}', { 'content-type': type })
    expect([answer.status, answer.body.message], type).toEqual([400, 'bad request data'])
  }
})
