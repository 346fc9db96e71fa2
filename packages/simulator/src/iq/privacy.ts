import type { BinaryNode } from 'baileys'
import { changePrivacy } from '../accounts/settings.js'
import { isPrivacyName, privacyNames, privacyOf } from '../accounts/privacy.js'
import { badRequest, firstChild, notImplemented, type IqAnswer } from '../server/iq-answer.js'
import { children, element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** Who may see and do what; tokens that exempt single people are accepted and forgotten. */
export function answerPrivacy(iq: BinaryNode, { network, account }: Asker): IqAnswer {
  const request = firstChild(iq)
  if (request?.tag === 'tokens') return [element('tokens', {}, [])]
  if (request?.tag !== 'privacy') return notImplemented
  if (iq.attrs.type !== 'set') {
    const settings = privacyOf(account)
    return [categories(privacyNames.map((name) => [name, settings[name]]))]
  }
  const wanted = children(request, 'category').map(({ attrs: { name = '', value = '' } }) => [name, value] as const)
  for (const [name, value] of wanted) {
    if (!isPrivacyName(name) || !changePrivacy(network, account, name, value)) return badRequest
  }
  return [categories(wanted)]
}

function categories(settings: readonly (readonly [string, string])[]): BinaryNode {
  return element(
    'privacy',
    {},
    settings.map(([name, value]) => element('category', { name, value })),
  )
}
