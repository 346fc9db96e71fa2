import type { PhoneMessage, VirtualPhone } from '@gangway/simulator'
import { expect } from 'vitest'
import { until } from '../native-client.js'
import type { World } from '../world.js'
import { type Credentials, newInstance } from './client.js'
import { noting, type Sdk, sdkOf } from './sdk.js'

/** An account, GREEN-API's client of it, and somebody to write with. */
export interface Shop {
  readonly sdk: Sdk
  readonly credentials: Credentials
  /** Of the account itself. */
  readonly phone: VirtualPhone
  readonly ana: VirtualPhone
  /** Ana, for the vendor. */
  readonly chatId: string
}

const everything = {
  incomingWebhook: 'yes',
  outgoingWebhook: 'yes',
  outgoingAPIMessageWebhook: 'yes',
  outgoingMessageWebhook: 'yes',
  pollMessageWebhook: 'yes',
  stateWebhook: 'yes',
} as const

/** A linked account that is told everything. `called`: notes what its client is called for. */
export async function openShop(world: World, called = new Set<string>()): Promise<Shop> {
  const { api, whatsapp, gateway } = world
  const [phone, ana] = [await whatsapp.registerPhone({ name: 'Shop' }), await whatsapp.registerPhone({ name: 'Ana' })]
  const { id, credentials } = await newInstance(api)
  const sdk = noting(sdkOf(gateway.url, credentials), called)
  expect(await sdk.settings.setSettings(everything)).toEqual({ saveSettings: true })
  const { qr } = await api.link(id)
  await phone.scan(qr)
  await api.reaches(id, 'linked')
  return { sdk, credentials, phone, ana, chatId: `${ana.number}@c.us` }
}

/** A message of that id, once the phone has it. */
export async function arrived(phone: VirtualPhone, id: string): Promise<PhoneMessage> {
  const [found] = await until(
    () => phone.messages().filter((message) => message.id === id),
    ({ length }) => length > 0,
  )
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

/** A notification. */
export interface Told {
  readonly typeWebhook: string
  readonly idMessage?: string
  readonly messageData?: { readonly typeMessage: string; readonly fileMessageData?: { readonly downloadUrl: string } }
}

/** Fetches and deletes notifications until one fits. */
export async function hear({ webhookService }: Sdk, fits: (one: Told) => boolean): Promise<Told> {
  const found = await until(
    async () => {
      // Its types leave out that there may be none.
      const next = (await webhookService.receiveNotification()) as { receiptId: number; body: Told } | null
      if (next === null) return undefined
      expect(await webhookService.deleteNotification(next.receiptId)).toEqual({ result: true })
      return next.body
    },
    (one) => one !== undefined && fits(one),
  )
  if (found === undefined) throw new Error('nothing was told')
  return found
}
