import { isJidGroup, S_WHATSAPP_NET, type BinaryNode } from 'baileys'
import { whyRefused } from '../group-standing.js'
import { answered, ask, asRefusal, refusalCode } from '../refusals.js'
import type { Act } from './act.js'
import { changeState } from './app-state.js'

/** How long WhatsApp may take, in ms: with a limit of our own the library tells an answer that never came from "none". */
const patience = 30_000

export const picture: Act<'profile.picture'> = ({ socket }, { jid, size }) =>
  visible(async () => (await socket.profilePictureUrl(jid, size === 'full' ? 'image' : 'preview', patience)) ?? null)

export const about: Act<'profile.about'> = ({ socket }, { jid }) =>
  visible(async () => {
    const [found] = answered(await socket.fetchStatus(jid))
    const status = found?.status as { readonly status?: string | null } | undefined
    return status?.status ?? null
  })

export const business: Act<'profile.business'> = ({ socket }, { jid }) =>
  visible(async () => {
    const found = await socket.getBusinessProfile(jid)
    if (!found) return null
    const { category, description, email, address, website } = found
    return {
      category: category ?? null,
      description: description || null,
      email: email ?? null,
      address: address ?? null,
      websites: website,
    }
  })

/** The library would have the picture cut by a tool that need not be there; here it comes as it is to be shown. */
export const setPicture: Act<'profile.set-picture'> = async (session, { jid, jpeg }) => {
  const attrs = { to: S_WHATSAPP_NET, type: 'set', xmlns: 'w:profile:picture', ...(jid !== null && { target: jid }) }
  const content: BinaryNode[] = jpeg === null ? [] : [{ tag: 'picture', attrs: { type: 'image' }, content: jpeg }]
  try {
    await ask(session.socket, attrs, content)
  } catch (error) {
    const refused = asRefusal(error)
    throw isJidGroup(jid ?? '') === true ? await whyRefused(session, jid ?? '', refused, () => true) : refused
  }
  return null
}

export const setName: Act<'profile.set-name'> = async (session, { name }) => {
  const { socket, creds } = session
  await changeState(session, { pushNameSetting: name }, '')
  // The library shows it to others as soon as it is the account's own.
  if (creds.me) socket.ev.emit('creds.update', { me: { ...creds.me, name } })
  return null
}

export const setAbout: Act<'profile.set-about'> = async ({ socket }, { about: text }) => {
  await socket.updateProfileStatus(text)
  return null
}

const hidden: ReadonlySet<number | undefined> = new Set([401, 403, 404])

/** What is not there and what may not be seen are told apart by nobody. */
async function visible<Answer>(question: () => Promise<Answer | null>): Promise<Answer | null> {
  try {
    return await question()
  } catch (error) {
    if (hidden.has(refusalCode(error))) return null
    throw error
  }
}
