import type { Caller } from '../../core/access/access.js'
import type { Gateway } from '../../core/gateway.js'
import type { PhoneNumber } from '../../core/ids.js'
import type { MessageLink } from '../../core/message-links/message-link.js'
import type { MessageLinks } from '../../core/message-links/message-links.js'
import { requireOwn } from './ownership.js'
import type { Parameters } from './parameters.js'
import { qrdl, type Qrdl } from './replies.js'
import { readCode, readDraft, readSubject } from './requests.js'

type Action = (
  gateway: Pick<Gateway, 'instances' | 'messageLinks'>,
  caller: Caller,
  parameters: Parameters,
) => Promise<Qrdl | readonly Qrdl[] | undefined>

const create: Action = async ({ instances, messageLinks }, caller, parameters) => {
  const [subject, draft] = [readSubject(parameters), readDraft(parameters)]
  await requireOwn(instances, caller, subject)
  return qrdl(await messageLinks.create(caller, { phone: subject.phone, ...draft }), draft.imageType)
}

const update: Action = async ({ instances, messageLinks }, caller, parameters) => {
  const [subject, code, draft] = [readSubject(parameters), readCode(parameters), readDraft(parameters)]
  await requireOwn(instances, caller, subject)
  const { id } = await messageLinks.byCode(caller, subject.phone, code)
  return qrdl(await messageLinks.edit(caller, id, draft), draft.imageType)
}

const remove: Action = async ({ instances, messageLinks }, caller, parameters) => {
  const [subject, code] = [readSubject(parameters), readCode(parameters)]
  await requireOwn(instances, caller, subject)
  const { id } = await messageLinks.byCode(caller, subject.phone, code)
  await messageLinks.remove(caller, id)
  return undefined
}

const list: Action = async ({ instances, messageLinks }, caller, parameters) => {
  const subject = readSubject(parameters)
  await requireOwn(instances, caller, subject)
  return (await everyLink(messageLinks, caller, subject.phone)).map((link) => qrdl(link))
}

export const actions = {
  CreatePhoneMessageQrdl: create,
  UpdatePhoneMessageQrdl: update,
  DeletePhoneMessageQrdl: remove,
  ListPhoneMessageQrdl: list,
} as const satisfies Record<string, Action>
export type ActionName = keyof typeof actions

export const actionNames = Object.keys(actions) as readonly ActionName[]

const pageSize = 500

/** The vendor has no pages: all of a number, of which there are 2,000 at most. */
async function everyLink(links: MessageLinks, caller: Caller, phone: PhoneNumber): Promise<readonly MessageLink[]> {
  const all: MessageLink[] = []
  for (let after = {}; ;) {
    const { items, hasOlder } = await links.list(caller, { phone, limit: pageSize, ...after })
    all.push(...items)
    const last = items.at(-1)
    if (!hasOlder || !last) return all
    after = { after: last.number }
  }
}
