import type { proto } from 'baileys'
import type { GroupInviteContent } from '../../../core/messages/content.js'
import { bounds, cut, encoded, finite, given } from './bounds.js'

export function readGroupInvite(message: proto.Message.IGroupInviteMessage): GroupInviteContent | undefined {
  const { groupJid, inviteCode } = message
  if (!groupJid || !inviteCode) return undefined
  return {
    kind: 'group-invite',
    group: cut(groupJid, bounds.jid),
    code: cut(inviteCode, bounds.line),
    expiresAt: readExpiry(finite(message.inviteExpiration)),
    name: cut(message.groupName, bounds.line),
    ...given('caption', message.caption, bounds.text),
    ...encoded('thumbnail', message.jpegThumbnail, bounds.thumbnail),
  }
}

/** The last moment that a `Date` can hold, in seconds. */
const lastMoment = 8_640_000_000_000

function readExpiry(seconds: number | undefined): string | null {
  return seconds && seconds > 0 && seconds < lastMoment ? new Date(seconds * 1000).toISOString() : null
}

export function writeGroupInvite(content: GroupInviteContent): proto.IMessage {
  const { group, code, expiresAt, name, caption, thumbnail } = content
  return {
    groupInviteMessage: {
      groupJid: group,
      inviteCode: code,
      groupName: name,
      ...(expiresAt !== null && { inviteExpiration: Math.floor(Date.parse(expiresAt) / 1000) }),
      ...(caption !== undefined && { caption }),
      ...(thumbnail !== undefined && { jpegThumbnail: Buffer.from(thumbnail, 'base64') }),
    },
  }
}
