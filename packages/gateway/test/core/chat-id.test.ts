import { expect, test } from 'vitest'
import { chatId, phoneNumber } from '#gateway/core/messages/chat-id.js'

test.each([
  ['6281234567890', '6281234567890@s.whatsapp.net'],
  ['+62 812-3456-7890', '6281234567890@s.whatsapp.net'],
  ['79001234567@c.us', '79001234567@s.whatsapp.net'],
  ['79001234567@s.whatsapp.net', '79001234567@s.whatsapp.net'],
  ['123456789012345@lid', '123456789012345@lid'],
  ['120363025246125244@g.us', '120363025246125244@g.us'],
  ['79001234567-1581234048@g.us', '79001234567-1581234048@g.us'],
  ['status@broadcast', 'status@broadcast'],
])('%s is %s', (text, chat) => {
  expect(chatId(text, 'to')).toBe(chat)
})

test.each([
  '',
  'abc',
  '123',
  '0812345678901',
  '1234567890123456',
  '@',
  'a@b@c',
  '79001234567@evil.example',
  'x@lid',
  'shop@broadcast',
  '1@g.us',
])("'%s' is refused, naming the field", (text) => {
  expect(() => chatId(text, 'to')).toThrow(expect.objectContaining({ code: 'bad-request', field: 'to' }))
})

test('a phone number keeps its digits only', () => {
  expect(phoneNumber('+7 (900) 123-45-67', 'phone')).toBe('79001234567')
})
