import type { Caller } from '../../core/access/access.js'
import type { Events } from '../../core/gateway.js'
import type { InstanceId } from '../../core/ids.js'
import { changeSettings } from './destination.js'
import {
  historyReply,
  settingsReply,
  stateRecord,
  type StateRecord,
  stateWords,
  statusWord,
  waSettingsReply,
} from './replies.js'
import { readPicture, whyNotSet } from './picture.js'
import { readCount, readPhoneNumber, readSetSettings } from './requests.js'
import type { Call, Method, Room } from './room.js'

/** How long `getAuthorizationCode` waits for WhatsApp to give a code. */
const codePatience = 10_000
const page = 500
const mostPages = 10

/** What an instance tells of itself and lets be set, its account and its link. */
export function accountMethods(room: Room): readonly Method[] {
  const { gateway, shelf } = room
  const { instances, links, events, contacts } = gateway
  return [
    {
      name: 'getStateInstance',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        const { state } = await instances.get(caller, instance)
        return { stateInstance: stateWords[state] }
      },
    },
    {
      name: 'getStatusInstance',
      verb: 'GET',
      perSecond: 1,
      answer: async ({ caller, instance }) => ({ statusInstance: statusWord(await instances.get(caller, instance)) }),
    },
    {
      name: 'getStateInstanceHistory',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance, query }) {
        const records = await lastChanges(events, caller, instance, readCount(query))
        return historyReply(records, await instances.get(caller, instance))
      },
    },
    {
      name: 'getSettings',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        return settingsReply(await instances.get(caller, instance), await shelf.read(caller, instance))
      },
    },
    {
      name: 'setSettings',
      verb: 'POST',
      perSecond: 1,
      async answer({ caller, instance, body }) {
        await changeSettings(room, caller, instance, { settings: readSetSettings(body) })
        return { saveSettings: true }
      },
    },
    {
      name: 'getWaSettings',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const avatar = await avatarOf(call)
        return waSettingsReply(await instances.get(call.caller, call.instance), avatar)
      },
    },
    {
      name: 'reboot',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        await instances.restart(caller, instance)
        return { isReboot: true }
      },
    },
    {
      name: 'logout',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        await instances.logout(caller, instance)
        return { isLogout: true }
      },
    },
    {
      name: 'getAuthorizationCode',
      verb: 'POST',
      perSecond: 1,
      async answer({ caller, instance, body }) {
        const how = { method: 'code', phone: readPhoneNumber(body) } as const
        const { step } = await links.start(caller, instance, how, { wait: codePatience })
        return step.kind === 'type-code' ? { status: true, code: step.code } : { status: false, code: '' }
      },
    },
    {
      name: 'setProfilePicture',
      verb: 'POST',
      perSecond: 0.1,
      streams: true,
      async answer(call) {
        const { caller, instance } = call
        const { file } = await readPicture(room, call)
        const reason = await whyNotSet(contacts.setProfile(caller, instance, { picture: file }))
        const urlAvatar = reason === null ? await avatarOf(call) : ''
        return { reason, urlAvatar, setProfilePicture: reason === null }
      },
    },
    {
      name: 'updateApiToken',
      verb: 'GET',
      perSecond: 1,
      async answer({ caller, instance }) {
        const apiTokenInstance = await instances.newToken(caller, instance)
        await shelf.change(caller, instance, { settings: {}, apiTokenInstance })
        return { apiTokenInstance }
      },
    },
  ]

  /** The account's own picture; empty where there is none, or where WhatsApp cannot be asked now. */
  async function avatarOf({ caller, instance }: Call): Promise<string> {
    const { account, state } = await instances.get(caller, instance)
    if (account === null || state !== 'linked') return ''
    const own = `${account.phone}@s.whatsapp.net`
    return contacts.picture(caller, instance, own).then(
      (picture) => picture ?? '',
      () => '',
    )
  }
}

type Change = Omit<StateRecord, 'phoneNumber'>

/** The newest changes of state, oldest first. Most changes of the core are none for this vendor, so looks a bounded way back. */
async function lastChanges(events: Events, caller: Caller, id: InstanceId, count: number): Promise<Change[]> {
  const newest: Change[] = []
  let before: number | undefined
  for (let turn = 0; turn < mostPages && newest.length < count; turn++) {
    const query = { kinds: ['instance.state'], limit: page, ...(before !== undefined && { before }) } as const
    const read = await events.latest(caller, id, query)
    newest.push(...read.map(stateRecord).filter((record) => record !== null))
    if (read.length < page) break
    before = read.at(-1)?.seq
  }
  return newest.slice(0, count).reverse()
}
