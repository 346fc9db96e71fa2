import type { BinaryNode } from 'baileys'
import { unlinkDevice } from '../linking/unlink.js'
import { readAddress } from '../wire/addresses.js'
import { firstChild, notFound, notImplemented } from '../server/iq-answer.js'
import { answerAbout } from './about.js'
import { answerAppState } from './app-state.js'
import { answerBlocklist } from './blocklist.js'
import { answerBusiness } from './business.js'
import { answerDisappearingMode } from './disappearing-mode.js'
import { answerEncrypt } from './encrypt.js'
import { answerGroups } from './groups.js'
import { answerMediaConnection } from './media.js'
import { answerMex } from './mex.js'
import { answerPicture } from './picture.js'
import { answerPrivacy } from './privacy.js'
import type { Answer, Answerer, Asker } from './query.js'
import { answerProps } from './props.js'
import { answerUsync } from './usync.js'

const nothing: Answerer = () => []

/** Every question a companion may ask, by namespace. */
const answerers: Readonly<Record<string, Answerer>> = {
  abt: answerProps,
  blocklist: answerBlocklist,
  disappearing_mode: answerDisappearingMode,
  encrypt: answerEncrypt,
  md: answerMultiDevice,
  passive: answerPassive,
  privacy: answerPrivacy,
  status: answerAbout,
  'urn:xmpp:ping': nothing,
  'urn:xmpp:whatsapp:dirty': nothing,
  usync: answerUsync,
  'w:biz': answerBusiness,
  'w:g2': answerGroups,
  'w:m': (_iq, { network }) => answerMediaConnection(network.media),
  'w:mex': answerMex,
  'w:p': nothing,
  'w:profile:picture': answerPicture,
  'w:stats': nothing,
  'w:sync:app:state': answerAppState,
}

export function answerQuery(iq: BinaryNode, asker: Asker): Answer {
  const namespace = iq.attrs.xmlns ?? ''
  const answerer = Object.hasOwn(answerers, namespace) ? answerers[namespace] : undefined
  const answer = answerer?.(iq, asker) ?? notImplemented
  return 'content' in answer ? answer : { content: answer }
}

function answerPassive(iq: BinaryNode, asker: Asker): Answer {
  const afterwards = () => {
    asker.activate()
  }
  return firstChild(iq)?.tag === 'active' ? { content: [], afterwards } : { content: [] }
}

/** A companion that logs itself, or another one of its account, out. */
function answerMultiDevice(iq: BinaryNode, { network, account }: Asker): Answer {
  const request = firstChild(iq)
  if (request?.tag !== 'remove-companion-device') return { content: notImplemented }
  const device = account.devices.get(readAddress(request.attrs.jid)?.device ?? 0)
  if (device === undefined) return { content: notFound }
  const afterwards = () => {
    unlinkDevice(network, account, device)
  }
  return { content: [], afterwards }
}
