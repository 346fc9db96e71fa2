import Type, { type Static, type TSchema } from 'typebox'
import type { EventPage as Page } from '../../core/events/event-page.js'
import { type GatewayEvent, presences, type UndecryptableReason } from '../../core/events/event.js'
import { instanceStates } from '../../core/instances/instance.js'
import { messageStatuses } from '../../core/messages/message.js'
import {
  ContentReply,
  contentReply,
  list,
  type MediaUrl,
  PollVoteReply,
  SentContentReply,
  sentContentReply,
} from './content-replies.js'
import { ErrorCodeSchema, named, nullable, ref, time } from './replies.js'
import { word } from './word.js'

const eventOf = <Kind extends TSchema, Data extends TSchema>(kind: Kind, data: Data) =>
  Type.Object({
    seq: Type.Integer({ description: 'Counts up by one within the instance.' }),
    id: Type.String({ description: 'Unique everywhere.' }),
    instance: Type.String({ format: 'uuid' }),
    kind,
    time: time('When it happened.'),
    data,
  })

const person = {
  phone: nullable(Type.String(), 'Number, where known.'),
  lid: nullable(Type.String(), 'Address that hides the number.'),
}
export const chatAddress = {
  chat: Type.String({ description: 'Id of the chat: a JID that never changes.' }),
  chatPhone: nullable(Type.String(), 'Number of the person that the chat is with, where known; null for a group.'),
  chatLid: nullable(Type.String(), 'The address of that person that hides the number.'),
}
const origin = {
  id: Type.String({ description: "WhatsApp's id of the message that carried this." }),
  ...chatAddress,
  sender: Type.String({ description: 'JID of who wrote it; in a group another than the chat.' }),
  ...person,
  name: nullable(Type.String(), 'As the sender calls itself.'),
  fromMe: Type.Boolean({ description: 'Done by the account itself, on its phone or another of its devices.' }),
  sentAt: time('By the clock of the sender.'),
}
/** Whom it is about. */
const address = { id: Type.String({ description: 'JID, by number where it is known.' }), ...person }
const disappearing = Type.Object({
  what: Type.Literal('disappearing'),
  seconds: Type.Integer({ description: 'After which what is written there disappears; 0: it stays.' }),
})
const target = Type.String({ description: 'Id of the message that this is about.' })
const undecryptable = [
  'no-session',
  'bad-ciphertext',
  'malformed',
  'unavailable',
] as const satisfies readonly UndecryptableReason[]
const participants = list(Type.String(), { description: 'JIDs.' })

export const EventReply = named(
  'Event',
  Type.Union([
    eventOf(
      Type.Literal('instance.state'),
      Type.Object({
        state: word(instanceStates),
        previous: word(instanceStates),
        reason: Type.String(),
      }),
    ),
    eventOf(
      Type.Literal('link.step'),
      Type.Object({
        attempt: Type.String(),
        step: word(['opening', 'scan', 'type-code', 'starting', 'linked', 'failed']),
        error: nullable(ErrorCodeSchema, 'Why the attempt failed.'),
      }),
    ),
    eventOf(
      word(['message.received', 'message.sent-from-phone']),
      Type.Object({ ...origin, content: ref(ContentReply) }),
    ),
    eventOf(
      Type.Literal('message.sent'),
      Type.Object({
        id: Type.String(),
        ...chatAddress,
        content: ref(SentContentReply),
        sentAt: time('When WhatsApp took it.'),
      }),
    ),
    eventOf(Type.Literal('message.edited'), Type.Object({ ...origin, target, content: ref(ContentReply) })),
    eventOf(Type.Literal('message.deleted'), Type.Object({ ...origin, target })),
    eventOf(
      Type.Literal('message.reaction'),
      Type.Object({
        ...origin,
        target,
        targetSender: Type.Optional(
          nullable(
            Type.String(),
            'JID of who wrote the message that was reacted to; null for the account itself. Left out where WhatsApp does not say.',
          ),
        ),
        emoji: nullable(Type.String(), 'Null where it was taken back.'),
      }),
    ),
    eventOf(Type.Literal('message.poll-vote'), Type.Object({ ...origin, target, content: ref(PollVoteReply) })),
    eventOf(Type.Literal('message.undecryptable'), Type.Object({ ...origin, reason: word(undecryptable) })),
    eventOf(Type.Literal('message.recovered'), Type.Object(origin)),
    eventOf(
      Type.Literal('message.status'),
      Type.Object({
        id: Type.String(),
        ...chatAddress,
        status: word(messageStatuses),
        participant: nullable(Type.String(), 'JID of whose receipt says so, in a group or of a status post.'),
        failure: nullable(ErrorCodeSchema, 'Why it failed.'),
      }),
    ),
    eventOf(
      Type.Literal('call'),
      Type.Object({
        id: Type.String(),
        from: Type.String({ description: 'JID of the other side.' }),
        ...person,
        status: word(['offered', 'accepted', 'rejected', 'missed', 'ended']),
        video: Type.Boolean(),
        group: nullable(Type.String(), 'JID of the group that is called.'),
      }),
    ),
    eventOf(
      Type.Literal('group.changed'),
      Type.Object({
        group: Type.String({ description: 'JID.' }),
        actor: nullable(Type.String(), 'JID of who did it.'),
        change: Type.Union([
          Type.Object({ what: word(['created', 'renamed']), subject: Type.String() }),
          Type.Object({ what: Type.Literal('described'), description: nullable(Type.String(), 'Null: taken away.') }),
          Type.Object({ what: word(['joined', 'left', 'promoted', 'demoted']), participants }),
          Type.Object({ what: word(['writing', 'editing']), adminsOnly: Type.Boolean() }),
          Type.Object({ what: word(['picture', 'invite-revoked']) }),
          disappearing,
          Type.Object({ what: Type.Literal('other'), type: Type.String() }),
        ]),
      }),
    ),
    eventOf(
      Type.Literal('chat.changed'),
      Type.Object({
        ...chatAddress,
        change: Type.Union([
          Type.Object({ what: word(['archived', 'pinned', 'marked-unread']), on: Type.Boolean() }),
          Type.Object({
            what: Type.Literal('muted'),
            until: nullable(Type.String(), 'A time, `always`, or null when it is no longer muted.'),
          }),
          disappearing,
          Type.Object({ what: word(['cleared', 'deleted']) }),
        ]),
      }),
    ),
    eventOf(
      Type.Literal('contact.presence'),
      Type.Object({
        ...chatAddress,
        sender: Type.String({ description: 'JID of who it is; in a group another than the chat.' }),
        ...person,
        presence: word(presences),
        lastSeen: nullable(time('When they were last there.'), 'Null where it is hidden.'),
      }),
    ),
    eventOf(Type.Literal('contact.blocked'), Type.Object({ ...address, blocked: Type.Boolean() })),
    eventOf(
      Type.Literal('contact.changed'),
      Type.Object({
        ...address,
        name: nullable(Type.String(), 'As they call themselves; null: not told this time.'),
        savedName: nullable(Type.String(), "As the account's owner has saved them; null: not told this time."),
      }),
    ),
    eventOf(
      Type.Literal('contact.phone-resolved'),
      Type.Object({ id: Type.String(), lid: Type.String(), phone: Type.String() }),
    ),
    eventOf(
      Type.Literal('message-link.conversation'),
      Type.Object({
        link: Type.String({ format: 'uuid', description: 'Id of the message link that the message came by.' }),
        code: Type.String({ description: 'Its code then.' }),
        linkName: nullable(Type.String(), 'Its name then, where it had one.'),
        tags: Type.Unsafe<readonly string[]>(Type.Array(Type.String(), { description: 'Its tags then.' })),
        message: Type.String({ description: "WhatsApp's id of the message, whose event is the one before." }),
        ...chatAddress,
        sender: Type.String({ description: 'JID of who wrote it.' }),
        ...person,
        name: nullable(Type.String(), 'As the sender calls itself.'),
        sentAt: time('By the clock of the sender.'),
      }),
    ),
  ]),
)
export const EventPage = named(
  'EventPage',
  Type.Object({
    items: Type.Array(ref(EventReply)),
    next: nullable(
      Type.Integer(),
      'The log was looked at up to here: pass it as `after` for what follows. Null when there was nothing new.',
    ),
    expired: nullable(
      Type.Object({ from: Type.Integer(), to: Type.Integer() }),
      'Events that were asked for and are no longer kept, first and last `seq`; null when none is missing.',
    ),
  }),
)

export function eventReply(event: GatewayEvent, url: MediaUrl): Static<typeof EventReply> {
  const time = event.time.toISOString()
  switch (event.kind) {
    case 'message.received':
    case 'message.sent-from-phone':
      return { ...event, time, data: { ...event.data, content: contentReply(event.data.content, url) } }
    case 'message.edited':
      return { ...event, time, data: { ...event.data, content: contentReply(event.data.content, url) } }
    case 'message.sent':
      return { ...event, time, data: { ...event.data, content: sentContentReply(event.data.content, url) } }
    default:
      return { ...event, time }
  }
}

/** Those who follow the end of a log are given the same events, so each of these is encoded once for all of them. */
const encoded = new WeakMap<GatewayEvent, string>()

export function eventJson(event: GatewayEvent, url: MediaUrl): string {
  const known = encoded.get(event)
  if (known !== undefined) return known
  const json = JSON.stringify(eventReply(event, url))
  encoded.set(event, json)
  return json
}

/** @param after what the page was asked for by; who names no place asks for what there is, and misses nothing */
export function eventPageReply(
  { events, upTo, expired }: Page,
  after: number | undefined,
  url: MediaUrl,
): Static<typeof EventPage> {
  return {
    items: events.map((event) => eventReply(event, url)),
    next: upTo > (after ?? 0) ? upTo : null,
    expired: after === undefined ? null : expired,
  }
}
