import Type, { type Static } from 'typebox'
import type { PhoneControl, SandboxDevice, SandboxMessage, SandboxPhone } from '../../core/ports/sandbox.js'
import { list } from './content-replies.js'
import { named, nullable, page, ref, time } from './replies.js'
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
    from: Type.String({ description: 'Number.' }),
    to: Type.String({ description: 'Number, id of the group, or `status@broadcast`.' }),
    kind: Type.String({ description: 'What it is, in the words of the simulator.' }),
    text: Type.String({ description: 'What a person would read: the text, the caption, the emoji, the question.' }),
    about: nullable(Type.String(), 'Id of the message that it answers or speaks of.'),
    mentions: list(Type.String()),
    forwarded: Type.Integer({ description: 'How often it was passed on.' }),
    viewOnce: Type.Boolean(),
    options: list(Type.Object({ id: Type.String(), text: Type.String() }), {
      description: 'What can be chosen from it.',
    }),
    choices: list(Type.String(), { description: 'What was chosen by it.' }),
    file: nullable(
      Type.Object({
        mimetype: Type.String(),
        size: Type.Integer(),
        name: nullable(Type.String(), 'As its sender called it.'),
      }),
      'Its bytes are at `…/messages/{messageId}/file`.',
    ),
    status: word(['received', 'read', 'sent', 'delivered']),
    receipts: list(
      Type.Object({
        by: Type.String(),
        kind: word(['delivered', 'read', 'played']),
        at: time('When it was reported.'),
      }),
    ),
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
  receipts,
  timestamp,
  ...message
}: SandboxMessage): Static<typeof PhoneMessageReply> {
  return {
    ...message,
    receipts: receipts.map(({ by, kind, at }) => ({ by, kind, at: at.toISOString() })),
    timestamp: timestamp.toISOString(),
  }
}

export const PhoneGroupReply = named(
  'SandboxGroup',
  Type.Object({
    id: Type.String(),
    subject: Type.String(),
    participants: list(
      Type.Object({
        number: Type.String(),
        jid: Type.String(),
        lid: Type.String(),
        role: word(['member', 'admin', 'owner']),
      }),
    ),
  }),
)
export const PhoneGroupPage = page('SandboxGroupPage', ref(PhoneGroupReply))
