import type { MessageWish } from '../../core/gateway.js'
import type { Button } from '../../core/messages/content.js'
import { invalid } from './errors.js'
import { type Fields, flagIfGiven, given, inner, integer, list, number, text, textIfGiven } from './fields.js'
import { readEnvelope } from './text-requests.js'
import { vcard } from './vcard.js'

const longestQuestion = 255
const longestOption = 100
const [fewestOptions, mostOptions] = [2, 12]
const longestButton = 25
const mostButtons = 3

export function readPoll(fields: Fields): MessageWish {
  const question = text(fields, 'message', longestQuestion)
  const options = list(fields, 'options', fewestOptions, mostOptions).map((option, index) => {
    const path = `options[${index}]`
    return text(inner(option, path), `${path}.optionName`, longestOption)
  })
  const twice = options.findIndex((option, index) => options.indexOf(option) < index)
  if (twice !== -1) throw invalid(`'options[${twice}]' contains a duplicate value`)
  const multiple = flagIfGiven(fields, 'multipleAnswers') ?? false
  return { ...readEnvelope(fields), content: { kind: 'poll', question, options, multiple } }
}

export function readLocation(fields: Fields): MessageWish {
  const [name, address] = [textIfGiven(fields, 'nameLocation'), textIfGiven(fields, 'address')]
  return {
    ...readEnvelope(fields),
    content: {
      kind: 'location',
      latitude: number(fields, 'latitude', -90, 90),
      longitude: number(fields, 'longitude', -180, 180),
      ...(name !== undefined && { name }),
      ...(address !== undefined && { address }),
    },
  }
}

const nameParts = ['firstName', 'middleName', 'lastName', 'company'] as const

export function readContact(fields: Fields): MessageWish {
  if (!given(fields, 'contact')) throw invalid("'contact' is required")
  const contact = inner(fields.contact, 'contact')
  const phone = String(integer(contact, 'contact.phoneContact', 1))
  const [first, middle, last, company] = nameParts.map((part) => textIfGiven(contact, `contact.${part}`))
  const name = [first, middle, last].filter((part) => part !== undefined).join(' ') || company
  if (name === undefined) throw invalid(`'contact' must contain at least one of [${nameParts.join(', ')}]`)
  const card = vcard({ phone, name, first, middle, last, company })
  return { ...readEnvelope(fields), content: { kind: 'contacts', contacts: [{ name, vcard: card }] } }
}

/** Buttons that open something, or that answer with their text. */
export function readButtons(fields: Fields, readOne: (button: Fields, path: string) => Button): MessageWish {
  const [header, footer] = [textIfGiven(fields, 'header'), textIfGiven(fields, 'footer')]
  const buttons = list(fields, 'buttons', 1, mostButtons).map((button, index) => {
    const path = `buttons[${index}]`
    return readOne(inner(button, path), path)
  })
  return {
    ...readEnvelope(fields),
    content: {
      kind: 'buttons',
      text: text(fields, 'body'),
      ...(header !== undefined && { header }),
      ...(footer !== undefined && { footer }),
      buttons,
    },
  }
}

export function replyButton(fields: Fields, path: string): Button {
  return { kind: 'reply', id: text(fields, `${path}.buttonId`), text: buttonText(fields, path) }
}

export function actionButton(fields: Fields, path: string): Button {
  const button = { id: text(fields, `${path}.buttonId`), text: buttonText(fields, path) }
  switch (text(fields, `${path}.type`)) {
    case 'copy':
      return { kind: 'copy', ...button, code: text(fields, `${path}.copyCode`) }
    case 'call':
      return { kind: 'call', ...button, phone: text(fields, `${path}.phoneNumber`) }
    case 'url':
      return { kind: 'url', ...button, url: text(fields, `${path}.url`) }
    default:
      throw invalid(`'${path}.type' must be one of [copy, call, url]`)
  }
}

const buttonText = (fields: Fields, path: string): string => text(fields, `${path}.buttonText`, longestButton)
