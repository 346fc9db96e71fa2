import type { MessageWish } from '../../core/gateway.js'
import type { MediaId, MessageId } from '../../core/ids.js'
import { isAct } from '../../core/messages/act.js'
import { personId } from './chat-ids.js'
import { finding } from './errors.js'
import { fieldsOf, text, textIfGiven } from './fields.js'
import { fileAt } from './files.js'
import { readJournal, readSince } from './journal.js'
import { authorsIn, changesIn, type Journaled } from './journal-item.js'
import type { Call, Method, Room } from './room.js'
import { longestCaption, readBackground, readStatusEnvelope, readTextStatus } from './status-requests.js'
import { statusReply } from './status-reply.js'
import { switchesOf } from './switches.js'

const stories = 'status@broadcast'
const mostItems = 10_000

/** Stories: what everybody in the address book can see for a day. */
export function statusMethods(room: Room): readonly Method[] {
  const { messages, media, instances, contacts } = room.gateway
  return [
    {
      name: 'sendTextStatus',
      verb: 'POST',
      perSecond: 5,
      answer: async (call) => post(call, readTextStatus(fieldsOf(call.body))),
    },
    {
      name: 'sendVoiceStatus',
      verb: 'POST',
      perSecond: 5,
      async answer(call) {
        const fields = fieldsOf(call.body)
        const [envelope, background] = [readStatusEnvelope(fields), readBackground(fields)]
        const name = text(fields, 'fileName')
        const file = await fileAt(media, call, text(fields, 'urlFile'), name)
        const content = {
          kind: 'voice',
          media: file.id,
          name,
          ...(background !== undefined && { background }),
        } as const
        return post(call, { ...envelope, content })
      },
    },
    {
      name: 'sendMediaStatus',
      verb: 'POST',
      perSecond: 5,
      async answer(call) {
        const fields = fieldsOf(call.body)
        const [envelope, caption] = [readStatusEnvelope(fields), textIfGiven(fields, 'caption', longestCaption)]
        const name = text(fields, 'fileName')
        const file = await fileAt(media, call, text(fields, 'urlFile'), name)
        const content = { kind: 'auto', media: file.id, name, ...(caption !== undefined && { caption }) } as const
        return post(call, { ...envelope, content })
      },
    },
    {
      name: 'deleteStatus',
      verb: 'POST',
      perSecond: 10,
      async answer({ caller, instance, body }) {
        const target = text(fieldsOf(body), 'idMessage')
        await finding(target, messages.send(caller, instance, { to: stories, content: { kind: 'delete', target } }))
        return Buffer.alloc(0)
      },
    },
    {
      name: 'getStatusStatistic',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance, query }) {
        const idMessage = text(fieldsOf(query), 'idMessage')
        const { byLid } = switchesOf(await room.shelf.read(caller, instance))
        const receipts = await finding(idMessage, messages.receipts(caller, instance, idMessage as MessageId))
        return receipts.map(({ participant, phone, lid, status, at }) => ({
          participant: personId(participant, { phone, lid }, byLid),
          timestamp: Math.floor(at.getTime() / 1000),
          status: status === 'delivered' ? 'delivered' : 'read',
        }))
      },
    },
    { name: 'getIncomingStatuses', verb: 'GET', perSecond: 1, answer: async (call) => posted(call, 'in') },
    { name: 'getOutgoingStatuses', verb: 'GET', perSecond: 1, answer: async (call) => posted(call, 'out') },
  ]

  async function post({ caller, instance }: Call, wish: MessageWish): Promise<{ idMessage: string }> {
    const { id } = await messages.send(caller, instance, wish)
    return { idMessage: id }
  }

  async function posted(call: Call, direction: 'in' | 'out'): Promise<object[]> {
    const { caller, instance } = call
    const from = readSince(call.query, room.clock.now())
    const entries = await readJournal(messages, call, { chat: stories, direction, from }, mostItems)
    const { byLid } = switchesOf(await room.shelf.read(caller, instance))
    const { account } = await instances.get(caller, instance)
    const changes = changesIn(entries)
    const savedNames = await contacts.savedNames(caller, instance, authorsIn(entries))
    const view = { mediaUrl: (id: MediaId) => media.url(id), byLid, account, changes, savedNames }
    const replies = entries.filter(isPost).map(async (item) => statusReply(item, await audienceOf(call, item), view))
    return (await Promise.all(replies)).filter((reply) => reply !== null)
  }

  async function audienceOf({ caller, instance }: Call, { entry }: Journaled): Promise<readonly string[]> {
    if (entry.kind !== 'message.sent') return []
    const { audience } = await messages.get(caller, instance, entry.data.id as MessageId)
    return audience ?? []
  }
}

/** Not what was done to one, such as taking it down. */
function isPost({ entry }: Journaled): boolean {
  if (entry.kind === 'message.sent') return !isAct(entry.data.content)
  return entry.kind === 'message.received' || entry.kind === 'message.sent-from-phone'
}
