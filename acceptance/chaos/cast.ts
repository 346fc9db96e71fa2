import { startSimulator, type Simulator, type VirtualGroup, type VirtualPhone } from '@gangway/simulator'
import { toThisMachine } from '../endpoint.js'
import { GatewayProcess, type GatewayOptions } from '../gateway-process.js'
import { NativeClient } from '../native-client.js'
import { asWhatsApp } from '../world.js'
import { EventLog, HardyClient } from './event-log.js'
import { Ledger } from './ledger.js'
import { Subscriber } from './subscriber.js'

/** An account that the gateway holds, with the phone it belongs to. */
export interface Party {
  readonly name: string
  readonly instance: string
  readonly phone: VirtualPhone
  /** The gateway's device of this account, as the simulator names it. */
  readonly device: string
  readonly log: EventLog
}

/** Who takes part: a network that lives as long as the test, and a gateway that does not. */
export interface Cast {
  readonly whatsapp: Simulator
  readonly ledger: Ledger
  readonly gateway: GatewayProcess
  readonly client: HardyClient
  /** Is told of everything by webhook. */
  readonly subscriber: Subscriber
  readonly parties: readonly Party[]
  readonly friends: readonly VirtualPhone[]
  /** Both parties are in it, and all of the friends. */
  readonly group: VirtualGroup
  close(): Promise<void>
}

export async function assemble(options: GatewayOptions & { readonly parties?: number } = {}): Promise<Cast> {
  const whatsapp = await startSimulator()
  const opened: (() => Promise<void>)[] = [() => whatsapp.close()]
  const close = async (): Promise<void> => {
    for (const end of opened.reverse()) await end()
  }
  try {
    const subscriber = await Subscriber.open()
    opened.push(() => subscriber.close())
    const gateway = await GatewayProcess.start({
      ...options,
      env: { ...asWhatsApp(whatsapp), ...toThisMachine, ...options.env },
    })
    opened.push(() => gateway.remove())
    const client = new HardyClient(gateway.url, await gateway.adminKey())
    await subscriber.subscribe(client)
    const names = ['shop', 'office', 'store', 'depot'].slice(0, options.parties ?? 2)
    const parties = await Promise.all(names.map((name) => link(name, whatsapp, gateway, client)))
    const friends = await Promise.all(
      (['lid', 'number', 'lid', 'number'] as const).map((addressing) => whatsapp.registerPhone({ addressing })),
    )
    const [owner, ...others] = [...friends, ...parties.map(({ phone }) => phone)]
    if (!owner) throw new Error('nobody is there to make a group')
    const group = await owner.createGroup(
      'all of them',
      others.map(({ number }) => number),
    )
    return { whatsapp, ledger: new Ledger(whatsapp), gateway, client, subscriber, parties, friends, group, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function link(name: string, whatsapp: Simulator, gateway: GatewayProcess, client: HardyClient): Promise<Party> {
  const api = await NativeClient.of(gateway)
  const phone = await whatsapp.registerPhone({ name })
  const { id: instance } = await api.create({ name })
  const { jid } = await phone.scan(await api.qr(instance))
  await api.reaches(instance, 'linked')
  return { name, instance, phone, device: jid.replace(/@.*/, ''), log: new EventLog(client, instance) }
}
