import type { EngineActName, EngineActs } from '../../../core/ports/engine-acts.js'
import { asRefusal } from '../refusals.js'
import type { Session } from '../session.js'
import type { Act } from './act.js'
import * as chats from './chats.js'
import * as contacts from './contacts.js'
import * as groups from './groups.js'
import * as invites from './invites.js'
import { download } from './media.js'
import { check } from './numbers.js'
import * as presence from './presence.js'
import * as profiles from './profiles.js'

const acts: { readonly [Name in EngineActName]: Act<Name> } = {
  'numbers.check': check,
  'media.download': download,
  'profile.picture': profiles.picture,
  'profile.about': profiles.about,
  'profile.business': profiles.business,
  'profile.set-picture': profiles.setPicture,
  'profile.set-name': profiles.setName,
  'profile.set-about': profiles.setAbout,
  'chat.read': chats.read,
  'chat.archive': chats.archive,
  'chat.mark-unread': chats.markUnread,
  'chat.pin': chats.pin,
  'chat.hide-message': chats.hideMessage,
  'chat.mute': chats.mute,
  'presence.set': presence.set,
  'presence.show': presence.show,
  'presence.subscribe': presence.subscribe,
  'contact.save': contacts.save,
  'contact.remove': contacts.remove,
  'contact.block': contacts.block,
  'contact.blocked': contacts.blocked,
  'group.list': groups.list,
  'group.get': groups.get,
  'group.create': groups.create,
  'group.edit': groups.edit,
  'group.participants': groups.changeParticipants,
  'group.leave': groups.leave,
  'group.invite': invites.code,
  'group.revoke-invite': invites.revoke,
  'group.join': invites.join,
}

export async function perform<Name extends EngineActName>(
  session: Session,
  name: Name,
  wish: EngineActs[Name]['wish'],
): Promise<EngineActs[Name]['result']> {
  const act: Act<Name> = acts[name]
  try {
    return await act(session, wish)
  } catch (error) {
    throw asRefusal(error)
  }
}
