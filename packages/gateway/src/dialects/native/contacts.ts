import Type from 'typebox'
import type { Caller } from '../../core/access/access.js'
import type { ChatId, InstanceId } from '../../core/ids.js'
import { ContactParams, ProfileParams, readContactParam, readProfileParam } from './addresses.js'
import { callerOf } from './auth.js'
import { usualPage } from './chat-bodies.js'
import {
  ContactPage,
  ContactReply,
  contactReply,
  NumberPage,
  numberReply,
  ProfileReply,
  profileReply,
} from './chat-replies.js'
import { readMediaId } from './file-source.js'
import { addressee } from './message-bodies.js'
import { noContent, ref } from './replies.js'
import { closed, InstanceParams, readInstanceId, readPhone } from './requests.js'
import type { Routes } from './room.js'
import { word } from './word.js'

const tags = ['Contacts']
const whatsappActs = ['not-linked', 'send-timed-out', 'whatsapp-refused'] as const

const ContactsQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'At most so many; 100 unless told.' })),
  after: Type.Optional(addressee('The `next` of the page before.')),
})
const name = (description: string) => Type.String({ minLength: 1, maxLength: 255, description })
const SaveContactBody = Type.Object(
  {
    firstName: name('What they are called.'),
    lastName: Type.Optional(name('What else they are called.')),
    onPhone: Type.Optional(Type.Boolean({ description: 'Also in the address book of the phone.' })),
  },
  { ...closed, examples: [{ firstName: 'Ana', lastName: 'Lima' }] },
)
const CheckNumbersBody = Type.Object(
  {
    phones: Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
      minItems: 1,
      maxItems: 50,
      description: 'International phone numbers.',
    }),
  },
  { ...closed, examples: [{ phones: ['4915112345678'] }] },
)
const EditProfileBody = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 25 })),
    about: Type.Optional(Type.String({ maxLength: 139 })),
    picture: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 128 }), Type.Null()], {
        description: 'Id of an uploaded file; null takes the picture away.',
      }),
    ),
  },
  { ...closed, minProperties: 1, examples: [{ name: 'Corner Shop', about: 'Open until nine' }] },
)
const PresenceBody = Type.Object(
  {
    presence: word(['available', 'unavailable'], {
      description: "`available` silences the phone's own notifications.",
    }),
  },
  closed,
)

export const contactRoutes: Routes = (scope, { gateway: { contacts } }) => {
  scope.get(
    '/instances/:id/contacts',
    {
      schema: {
        operationId: 'listContacts',
        summary: 'List the people that this instance has met',
        tags,
        params: InstanceParams,
        querystring: ContactsQuery,
        response: { 200: ref(ContactPage) },
      },
    },
    async (request) => {
      const { after, limit = usualPage } = request.query
      const found = await contacts.list(callerOf(request), readInstanceId(request.params.id), {
        ...(after === undefined ? {} : { after }),
        limit: limit + 1,
      })
      const items = found.slice(0, limit)
      return { items: items.map(contactReply), next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
  )

  scope.get(
    '/instances/:id/contacts/:contact',
    {
      config: { problems: ['contact-not-found'] },
      schema: {
        operationId: 'getContact',
        summary: 'Read what is known of somebody',
        tags,
        params: ContactParams,
        response: { 200: ref(ContactReply) },
      },
    },
    async (request) => {
      const { id, contact } = request.params
      return contactReply(await contacts.get(callerOf(request), readInstanceId(id), readContactParam(contact)))
    },
  )

  scope.patch(
    '/instances/:id/contacts/:contact',
    {
      config: { problems: ['contact-not-found', ...whatsappActs] },
      schema: {
        operationId: 'saveContact',
        summary: 'Save somebody, or under another name',
        tags,
        params: ContactParams,
        body: SaveContactBody,
        response: { 200: ref(ContactReply) },
      },
    },
    async (request) => {
      const { id, contact } = request.params
      const jid = readContactParam(contact)
      return contactReply(await contacts.save(callerOf(request), readInstanceId(id), jid, request.body))
    },
  )

  scope.delete(
    '/instances/:id/contacts/:contact',
    {
      config: { problems: ['contact-not-found', ...whatsappActs] },
      schema: {
        operationId: 'removeContact',
        summary: 'Take somebody out of the address book',
        tags,
        params: ContactParams,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { id, contact } = request.params
      await contacts.remove(callerOf(request), readInstanceId(id), readContactParam(contact))
      return reply.code(204).send(null)
    },
  )

  command('block', 'Let nothing of somebody through', (...whom) => contacts.block(...whom, true))
  command('unblock', 'Let somebody through again', (...whom) => contacts.block(...whom, false))

  scope.post(
    '/instances/:id/numbers/check',
    {
      config: { problems: [...whatsappActs, 'rate-limited'] },
      schema: {
        operationId: 'checkNumbers',
        summary: 'Ask which numbers are on WhatsApp',
        description: 'WhatsApp restricts accounts that ask for many strangers.',
        tags,
        params: InstanceParams,
        body: CheckNumbersBody,
        response: { 200: ref(NumberPage) },
      },
    },
    async (request) => {
      const phones = request.body.phones.map((phone, i) => readPhone(phone, `phones.${i}`))
      const found = await contacts.check(callerOf(request), readInstanceId(request.params.id), phones)
      return { items: found.map(numberReply), next: null }
    },
  )

  scope.get(
    '/instances/:id/profiles/:of',
    {
      config: { problems: ['contact-not-found', ...whatsappActs] },
      schema: {
        operationId: 'getProfile',
        summary: 'Ask WhatsApp how a person or group shows itself',
        description: 'Somebody who shows nothing to this account, or is not there, has no picture and no text.',
        tags,
        params: ProfileParams,
        response: { 200: ref(ProfileReply) },
      },
    },
    async (request) => {
      const { id, of } = request.params
      return profileReply(await contacts.profile(callerOf(request), readInstanceId(id), readProfileParam(of)))
    },
  )

  scope.patch(
    '/instances/:id/profile',
    {
      config: { problems: ['media-not-found', 'media-unavailable', ...whatsappActs] },
      schema: {
        operationId: 'editProfile',
        summary: 'Change how the account shows itself',
        tags,
        params: InstanceParams,
        body: EditProfileBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const { picture, ...changes } = request.body
      await contacts.setProfile(callerOf(request), readInstanceId(request.params.id), {
        ...changes,
        ...(picture === undefined ? {} : { picture: picture === null ? null : readMediaId(picture) }),
      })
      return reply.code(204).send(null)
    },
  )

  scope.post(
    '/instances/:id/presence',
    {
      config: { problems: whatsappActs },
      schema: {
        operationId: 'setPresence',
        summary: 'Show the account as online or not, while it is connected here',
        description: 'For good: the option `showOnline` of the instance.',
        tags,
        params: InstanceParams,
        body: PresenceBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      await contacts.setPresence(callerOf(request), readInstanceId(request.params.id), request.body.presence)
      return reply.code(204).send(null)
    },
  )

  function command(
    word: string,
    summary: string,
    run: (caller: Caller, id: InstanceId, contact: ChatId) => Promise<void>,
  ): void {
    scope.post(
      `/instances/:id/contacts/:contact/${word}`,
      {
        config: { problems: ['contact-not-found', ...whatsappActs] },
        schema: {
          operationId: `${word}Contact`,
          summary,
          tags,
          params: ContactParams,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const { id, contact } = request.params
        await run(callerOf(request), readInstanceId(id), readContactParam(contact))
        return reply.code(204).send(null)
      },
    )
  }
}
