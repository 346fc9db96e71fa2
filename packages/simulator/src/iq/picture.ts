import { createHash } from 'node:crypto'
import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { maySee } from '../accounts/privacy.js'
import { SimulatorError } from '../errors.js'
import { Group } from '../groups/group.js'
import { changeGroupPicture, changePicture } from '../profiles/acts.js'
import { pathOf } from '../profiles/http.js'
import { isJpeg } from '../profiles/pictures.js'
import { notFound, type IqAnswer, type IqError } from '../server/iq-answer.js'
import { bytesOf, child, element } from '../wire/nodes.js'
import type { Asker } from './query.js'

const notAuthorized: IqError = { code: 401, text: 'not-authorized' }
const forbidden: IqError = { code: 403, text: 'forbidden' }
const notAcceptable: IqError = { code: 406, text: 'not-acceptable' }

/** Pictures of accounts and groups: where they are, and new ones. Without a target, the account's own is meant. */
export function answerPicture(iq: BinaryNode, asker: Asker): IqAnswer {
  const { network, account } = asker
  const { target } = iq.attrs
  const owner = target === undefined ? account : (network.groups.byJid(target) ?? network.directory.byJid(target))
  if (owner === undefined) return notFound
  return iq.attrs.type === 'set' ? change(iq, owner, asker) : tell(iq, owner, asker)
}

function tell(iq: BinaryNode, owner: Account | Group, asker: Asker): IqAnswer {
  const { network } = asker
  if (!mayLook(owner, asker)) return notAuthorized
  const picture = network.pictures.of(owner instanceof Group ? owner.jid : owner.number)
  if (picture === undefined) return notFound
  const { type, id: known } = child(iq, 'picture')?.attrs ?? {}
  const { id, key, bytes } = picture
  // The one that the client has already.
  if (known === id) return [element('picture', { id, status: '304' })]
  const form = type === 'preview' ? 'preview' : 'image'
  const path = pathOf(key, form)
  const hash = createHash('sha256').update(bytes).digest('base64')
  return [element('picture', { id, type: form, url: `http://${network.media.host}${path}`, direct_path: path, hash })]
}

function mayLook(owner: Account | Group, { network, account }: Asker): boolean {
  return owner instanceof Group ? owner.roleOf(account) !== undefined : maySee(network, owner, account, 'profile')
}

function change(iq: BinaryNode, owner: Account | Group, { network, account }: Asker): IqAnswer {
  const wanted = child(iq, 'picture')
  const bytes = bytesOf(wanted)
  if (wanted !== undefined && (bytes === undefined || !isJpeg(bytes))) return notAcceptable
  if (owner !== account && !(owner instanceof Group)) return forbidden
  try {
    const id =
      owner instanceof Group
        ? changeGroupPicture(network, account, owner, bytes)
        : changePicture(network, account, bytes)
    return id === undefined ? [] : [element('picture', { id })]
  } catch (error) {
    if (error instanceof SimulatorError) return forbidden
    throw error
  }
}
