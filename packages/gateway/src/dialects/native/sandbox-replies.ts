import Type, { type Static } from 'typebox'
import type { PhoneControl, SandboxDevice, SandboxMessage, SandboxPhone } from '../../core/ports/sandbox.js'
import { named, page, ref, time } from './replies.js'
import { word } from './word.js'

const phoneProperties = {
  number: Type.String(),
  jid: Type.String(),
  lid: Type.String(),
  name: Type.String(),
  online: Type.Boolean(),
}
export const DeviceReply = named(
  'SandboxDevice',
  Type.Object({
    jid: Type.String(),
    platform: Type.String(),
    linkedAt: time('When it was linked.'),
    connected: Type.Boolean(),
  }),
)
export const PhoneReply = named('SandboxPhone', Type.Object(phoneProperties))
export const PhoneDetailReply = named(
  'SandboxPhoneDetail',
  Type.Object({ ...phoneProperties, devices: Type.Array(ref(DeviceReply)) }),
)
export const PhonePage = page('SandboxPhonePage', ref(PhoneReply))
export const PhoneMessageReply = named(
  'SandboxMessage',
  Type.Object({
    id: Type.String(),
    from: Type.String(),
    to: Type.String(),
    text: Type.String(),
    status: word(['received', 'read', 'sent', 'delivered']),
    timestamp: time('When it was sent or arrived.'),
  }),
)
export const PhoneMessagePage = page('SandboxMessagePage', ref(PhoneMessageReply))

export function phoneReply({ number, jid, lid, name, online }: SandboxPhone): Static<typeof PhoneReply> {
  return { number, jid, lid, name, online }
}

export function phoneDetailReply({ info }: PhoneControl): Static<typeof PhoneDetailReply> {
  return { ...phoneReply(info), devices: info.devices.map(deviceReply) }
}

export function deviceReply({ jid, platform, linkedAt, connected }: SandboxDevice): Static<typeof DeviceReply> {
  return { jid, platform, linkedAt: linkedAt.toISOString(), connected }
}

export function phoneMessageReply({
  id,
  from,
  to,
  text,
  status,
  timestamp,
}: SandboxMessage): Static<typeof PhoneMessageReply> {
  return { id, from, to, text, status, timestamp: timestamp.toISOString() }
}
