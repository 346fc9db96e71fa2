import type { PhoneNumber } from '../../core/ids.js'
import { phoneNumber } from '../../core/messages/chat-id.js'
import { Refused } from './errors.js'

/**
 * Reads `{device}`, the number that names an instance. The vendor calls it a Number and shows a string in every
 * example, so both are read; a plus and separators are what people copy from their phones.
 */
export function readDevice(body: unknown): PhoneNumber {
  if (typeof body !== 'object' || body === null || !('device' in body)) throw missing()
  const { device } = body
  if (device === null || device === '') throw missing()
  if (typeof device === 'number' && Number.isSafeInteger(device) && device > 0) return readNumber(String(device))
  if (typeof device === 'string') return readNumber(device.trim())
  throw invalid()
}

function readNumber(text: string): PhoneNumber {
  try {
    return phoneNumber(text, 'device')
  } catch (cause) {
    throw invalid(cause)
  }
}

function missing(): Refused {
  return new Refused('bad-request', 'Parameter device wajib diisi', { field: 'device' })
}

function invalid(cause?: unknown): Refused {
  const message = 'Nomor device tidak valid, gunakan kode negara, contoh 628123456789'
  return new Refused('bad-request', message, { field: 'device', cause })
}
