import type { PhoneNumber } from '../../core/ids.js'
import { graphemeCount } from '../../core/message-links/link-text.js'
import { linkImageTypes, vendorTextLimit, type LinkImageType } from '../../core/message-links/message-link.js'
import { Refused } from './errors.js'
import type { Parameters } from './parameters.js'

/** What each of the actions is about. */
export interface Subject {
  readonly phone: PhoneNumber
  readonly space: string | undefined
}

export interface Draft {
  readonly text: string
  readonly imageType: LinkImageType
}

export function readSubject(parameters: Parameters): Subject {
  const phone = required(parameters, 'PhoneNumber')
  if (!/^[1-9]\d{6,14}$/.test(phone))
    throw wrong('PhoneNumber', 'is the country code and the number, in 7 to 15 digits')
  return { phone: phone as PhoneNumber, space: optional(parameters, 'CustSpaceId') }
}

export function readDraft(parameters: Parameters): Draft {
  const [type, text] = [required(parameters, 'GenerateQrImage'), required(parameters, 'PrefilledMessage')]
  const imageType = linkImageTypes.find((known) => known === type)
  if (!imageType) throw wrong('GenerateQrImage', `is one of ${linkImageTypes.join(' and ')}`)
  // Counted as people do, so that nobody is refused here for whom the vendor's count, which it does not tell, had room.
  if (graphemeCount(text) > vendorTextLimit)
    throw wrong('PrefilledMessage', `has at most ${vendorTextLimit} characters`)
  return { text, imageType }
}

export function readCode(parameters: Parameters): string {
  return required(parameters, 'QrdlCode')
}

/** What is left empty is left out, as on the vendor's own forms. */
function optional(parameters: Parameters, name: string): string | undefined {
  const value = parameters.get(name)
  return value === '' ? undefined : value
}

function required(parameters: Parameters, name: string): string {
  const value = optional(parameters, name)
  if (value === undefined) throw new Refused('MissingParameter', `${name} is mandatory for this action.`)
  return value
}

function wrong(name: string, why: string): Refused {
  return new Refused('InvalidParameter', `The specified parameter ${name} is not valid: it ${why}.`)
}
