import { invalid } from './errors.js'
import { type Fields, given, list } from './fields.js'

const person = /^(\d{7,15})@c\.us$/
const hidden = /^\d{5,20}@lid$/
const group = /^\d{5,25}(?:-\d{5,15})?@g\.us$/

/** A chat that can be written to, as a JID. */
export function readChat(fields: Fields, name = 'chatId'): string {
  const id = idIn(fields, name)
  if (group.test(id)) return id
  return jidOf(id) ?? refuse(name, "'phone_number@c.us', 'chat_id@lid' or 'group_id@g.us'")
}

/** The same where one of the vendor's clients sends a number in place of the id. */
export function readRecipient(fields: Fields): string {
  if (given(fields, 'chatId') || !given(fields, 'phoneNumber')) return readChat(fields)
  const digits = String(fields.phoneNumber)
  if (!/^\d{7,15}$/.test(digits)) throw invalid("'phoneNumber' must contain only digits")
  return `${digits}@s.whatsapp.net`
}

/** Somebody, never a group. */
export function readPerson(fields: Fields, name: string): string {
  return jidOf(idIn(fields, name)) ?? refuse(name, "'phone_number@c.us' or 'chat_id@lid'")
}

export function readPeople(fields: Fields, name: string, least = 1): readonly string[] {
  return list(fields, name, least).map((one, index) => {
    const path = `${name}[${index}]`
    return readPerson({ [path]: one }, path)
  })
}

export function readGroup(fields: Fields): string {
  const id = idIn(fields, 'groupId')
  return group.test(id) ? id : refuse('groupId', "'group_id@g.us'")
}

function idIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (value === undefined || value === null) throw invalid(`'${name}' is required`)
  if (value === '') throw invalid(`'${name}' is not allowed to be empty`)
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid(`'${name}' must be a string`)
  return String(value)
}

/** Bare digits are a number, on the vendor's newest pages. */
function jidOf(id: string): string | null {
  if (hidden.test(id)) return id
  const digits = /^\d{7,15}$/.test(id) ? id : person.exec(id)?.[1]
  return digits === undefined ? null : `${digits}@s.whatsapp.net`
}

function refuse(name: string, formats: string): never {
  throw invalid(`'${name}' must be one of the next formats: ${formats}`)
}
