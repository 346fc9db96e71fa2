import type { PhoneNumber } from '../../core/ids.js'
import { invalid, Refused } from './errors.js'
import { badData, fieldsOf } from './fields.js'
import { readSettings, type Settings } from './settings.js'

/** At least one setting that is known. */
export function readSetSettings(body: unknown): Partial<Settings> {
  const settings = readSettings(fieldsOf(body))
  if (Object.keys(settings).length === 0) throw badData()
  return settings
}

/** A number on the vendor's pages; several of its clients send the digits as a string. */
export function readPhoneNumber(body: unknown): PhoneNumber {
  const { phoneNumber } = fieldsOf(body)
  if (phoneNumber === undefined) throw invalid("'phoneNumber' is required")
  if (typeof phoneNumber !== 'number' && typeof phoneNumber !== 'string') {
    throw invalid("'phoneNumber' must be a number")
  }
  const digits = String(phoneNumber)
  if (!/^\d*$/.test(digits)) throw invalid("'phoneNumber' must contain only digits")
  if (digits.length < 7 || digits.length > 15) throw new Refused('bad-request', 'bad phone number')
  return digits as PhoneNumber
}

const mostRecords = 1000

/** How many records of a history are wanted: a parameter of the query string. */
export function readCount(query: unknown): number {
  const { count } = fieldsOf(query)
  if (count === undefined) return 100
  if (typeof count !== 'string' || !/^\d{1,9}$/.test(count)) throw invalid("'count' must be a number")
  if (Number(count) < 1) throw new Refused('bad-request', 'Count must be greater than or equal to 1')
  return Math.min(Number(count), mostRecords)
}

const [shortestWait, longestWait] = [5, 60]

/**
 * How long `receiveNotification` waits, in seconds. What the vendor does outside of 5 to 60 is not documented; whoever asks
 * for that gets the nearest, and not a refusal in place of the notifications.
 */
export function readReceiveTimeout(query: unknown): number {
  const { receiveTimeout } = fieldsOf(query)
  if (receiveTimeout === undefined) return shortestWait
  if (typeof receiveTimeout !== 'string' || !/^\d{1,9}$/.test(receiveTimeout)) {
    throw invalid("'receiveTimeout' must be a number")
  }
  return Math.min(Math.max(Number(receiveTimeout), shortestWait), longestWait)
}

export function readReceiptId(receiptId: string | undefined): number {
  if (receiptId === undefined || !/^\d{1,15}$/.test(receiptId)) {
    throw new Refused('bad-request', 'Parameter receiptId must be a Number')
  }
  return Number(receiptId)
}

const longestName = 100

/** The name is optional, and so is each setting; what is not known is passed over. */
export function readCreateInstance(body: unknown): { name: string | undefined; settings: Partial<Settings> } {
  const { name, ...rest } = fieldsOf(body)
  if (name === undefined || name === '') return { name: undefined, settings: readSettings(rest) }
  if (typeof name !== 'string') throw invalid("'name' must be a string")
  if (name.length > longestName) {
    throw invalid(`'name' length must be less than or equal to ${longestName} characters long`)
  }
  return { name, settings: readSettings(rest) }
}

/** A number on the vendor's page; clients that keep it as text send it so. */
export function readIdInstance(body: unknown): number {
  const { idInstance } = fieldsOf(body)
  if (idInstance === undefined) throw invalid("'idInstance' is required")
  if (typeof idInstance !== 'number' && typeof idInstance !== 'string') throw invalid("'idInstance' must be a number")
  if (!/^\d{1,10}$/.test(String(idInstance))) throw invalid("'idInstance' must be a number")
  return Number(idInstance)
}
