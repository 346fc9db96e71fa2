import { chatAddress } from '../../core/chats/chat-address.js'
import type { PhoneNumber } from '../../core/ids.js'
import type { InstanceState } from '../../core/instances/instance.js'
import type { QrCode } from '../../core/linking/link-step.js'
import type { OutgoingMessage } from '../../core/messages/message.js'

/** The vendor's words for how a device is. */
export type DeviceStatus = 'pending' | 'connected' | 'disconnect'

/** Total on purpose: a new core state does not compile until this vendor has a word for it. */
export const deviceStatuses: Record<InstanceState, DeviceStatus> = {
  unlinked: 'disconnect',
  opening: 'pending',
  'awaiting-link': 'pending',
  starting: 'pending',
  linked: 'connected',
  reconnecting: 'connected',
  paused: 'disconnect',
  restricted: 'connected',
  banned: 'disconnect',
  'storage-error': 'disconnect',
}

/** The envelope of device calls: `status` on top, where the vendor's send calls have a `message`. */
export interface DeviceReply<Data> {
  readonly success: true
  readonly status: DeviceStatus
  readonly data: { readonly device: string } & Data
}

/** The envelope of send calls, as a published client of the vendor has it. */
export interface SendReply {
  readonly success: true
  readonly message: 'Success'
  readonly data: {
    readonly status: 'pending'
    /** WhatsApp's id of the message, as the webhook and `callbackStatus` name it. */
    readonly requestId: string
    readonly to: string
    readonly code: 200
  }
}

export function sendReply({ id, chat }: OutgoingMessage, to: string): SendReply {
  const number = chatAddress(to).chatPhone ?? chat
  return { success: true, message: 'Success', data: { status: 'pending', requestId: id, to: number, code: 200 } }
}

/** The vendor's page of this call was never seen whole: the shape is that of its siblings. */
export function pinReply(device: PhoneNumber, state: InstanceState, target: string): DeviceReply<{ target: string }> {
  return { success: true, status: deviceStatuses[state], data: { device, target } }
}

/** A data URI: the vendor's page says that `<img>` shows it as it is. */
export function scanQrReply(device: PhoneNumber, { png }: QrCode): DeviceReply<{ readonly qr: string }> {
  return { success: true, status: 'pending', data: { device, qr: png } }
}

export function pairingCodeReply(device: PhoneNumber, code: string): DeviceReply<{ readonly code: string }> {
  return { success: true, status: 'pending', data: { device, code } }
}

/** The vendor's page of this call was never seen whole: the shape is that of its siblings. */
export function disconnectReply(device: PhoneNumber, state: InstanceState): DeviceReply<object> {
  return { success: true, status: deviceStatuses[state], data: { device } }
}
