import {
  generateMessageIDV2,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  type BinaryNode,
  type GroupMetadata,
} from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import type { ParticipantOutcome } from '../../../core/groups/group.js'
import { whyRefused } from '../group-standing.js'
import { ask, asRefusal } from '../refusals.js'
import type { Session } from '../session.js'
import type { Act } from './act.js'
import { describe } from './group-description.js'

export const list: Act<'group.list'> = async ({ socket, keys: { book } }) => {
  const found = Object.values(await socket.groupFetchAllParticipating())
  return found.map((group) => describe(group, book))
}

export const get: Act<'group.get'> = async (session, { group }) => {
  const found = await session.groups.ask(session.socket, group)
  await session.socket.signalRepository.lidMapping.storeLIDPNMappings(pairsIn(found))
  return describe(found, session.keys.book)
}

export const create: Act<'group.create'> = async (session, { subject, participants }) => {
  const attrs = { subject, key: generateMessageIDV2() }
  const answer = await groupQuery(session, '@g.us', { tag: 'create', attrs, content: participants.map(named) })
  const made = getBinaryNodeChild(answer, 'group')
  if (!made?.attrs.id) throw new GatewayError('whatsapp-refused', 'WhatsApp has made no group.')
  const id = made.attrs.id.includes('@') ? made.attrs.id : `${made.attrs.id}@g.us`
  const group = describe(await session.groups.ask(session.socket, id), session.keys.book)
  return { group, outcomes: await outcomesOf(session, participants, made) }
}

export const edit: Act<'group.edit'> = async (session, { group, changes }) => {
  const { socket } = session
  const { subject, description, adminsWrite, adminsEdit, expiresIn, joinApproval } = changes
  await acting(session, group, isLocked, async () => {
    if (subject !== undefined) await socket.groupUpdateSubject(group, subject)
    if (description !== undefined) await socket.groupUpdateDescription(group, description ?? undefined)
    if (expiresIn !== undefined) await socket.groupToggleEphemeral(group, expiresIn)
  })
  await acting(session, group, always, async () => {
    if (adminsWrite !== undefined)
      await socket.groupSettingUpdate(group, adminsWrite ? 'announcement' : 'not_announcement')
    if (adminsEdit !== undefined) await socket.groupSettingUpdate(group, adminsEdit ? 'locked' : 'unlocked')
    if (joinApproval !== undefined) await socket.groupJoinApprovalMode(group, joinApproval ? 'on' : 'off')
  })
  return null
}

export const changeParticipants: Act<'group.participants'> = async (session, { group, change, participants }) =>
  acting(session, group, always, async () => {
    const answer = await groupQuery(session, group, { tag: change, attrs: {}, content: participants.map(named) })
    return outcomesOf(session, participants, getBinaryNodeChild(answer, change))
  })

export const leave: Act<'group.leave'> = async (session, { group }) => {
  await acting(session, group, never, () => session.socket.groupLeave(group))
  return null
}

/** Does something in a group, and finds out why when it may not. */
export async function acting<Result>(
  session: Session,
  group: string,
  forAdmins: (group: GroupMetadata) => boolean,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    const refused = asRefusal(error)
    throw refused.code === 'whatsapp-refused' ? await whyRefused(session, group, refused, forAdmins) : refused
  }
}

export const always = (): boolean => true
export const never = (): boolean => false
const isLocked = ({ restrict }: GroupMetadata): boolean => restrict === true

/** As the library's `groupQuery`, which it keeps to itself. */
export function groupQuery({ socket }: Session, to: string, content: BinaryNode, type = 'set'): Promise<BinaryNode> {
  return ask(socket, { type, xmlns: 'w:g2', to }, [content])
}

const named = (jid: string): BinaryNode => ({ tag: 'participant', attrs: { jid } })

/** One for everybody who was named, whatever of it WhatsApp answers. */
async function outcomesOf(
  { keys: { book } }: Session,
  wanted: readonly string[],
  answer: BinaryNode | undefined,
): Promise<ParticipantOutcome[]> {
  const told = getBinaryNodeChildren(answer, 'participant')
  for (const { attrs } of told) book.introduce(attrs.jid, attrs.phone_number ?? attrs.lid)
  await book.prepare(wanted)
  const codes = new Map(told.map(({ attrs }) => [book.nameOf(attrs.jid ?? ''), attrs.error ?? done]))
  return wanted.map((jid) => ({ ...book.person(jid), outcome: outcomeOf(codes.get(book.nameOf(jid))) }))
}

const done = '200'

/** WhatsApp's codes for one participant; 408 is for one who has left a moment ago. */
function outcomeOf(code: string | undefined): ParticipantOutcome['outcome'] {
  switch (code) {
    case done:
      return 'done'
    case '403':
    case '408':
      return 'invite-needed'
    case '404':
    case undefined:
      return 'not-found'
    case '409':
      return 'already'
    default:
      return 'refused'
  }
}

function pairsIn({ participants }: GroupMetadata): { pn: string; lid: string }[] {
  return participants.flatMap(({ id, phoneNumber, lid }) => {
    const [one, other] = [id, phoneNumber ?? lid]
    if (other === undefined) return []
    return phoneNumber === undefined ? [{ pn: one, lid: other }] : [{ pn: other, lid: one }]
  })
}
