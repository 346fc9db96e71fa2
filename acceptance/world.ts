import { startSimulator, type Simulator, type VirtualPhone } from '@gangway/simulator'
import { onTestFinished } from 'vitest'
import { GatewayProcess, type GatewayOptions } from './gateway-process.js'
import { NativeClient, type Instance } from './native-client.js'

/** A WhatsApp of our own, a gateway in its own process that takes it for the real one, and a client. */
export interface World {
  readonly whatsapp: Simulator
  readonly gateway: GatewayProcess
  readonly api: NativeClient
  /** An instance linked with a phone of its own. */
  linked(name?: string): Promise<{ instance: Instance; phone: VirtualPhone }>
}

export async function startWorld(options: GatewayOptions = {}): Promise<World> {
  const whatsapp = await startSimulator()
  onTestFinished(() => whatsapp.close())
  const gateway = await GatewayProcess.start({ ...options, env: { ...asWhatsApp(whatsapp), ...options.env } })
  onTestFinished(() => gateway.remove())
  const api = await NativeClient.of(gateway)
  return {
    whatsapp,
    gateway,
    api,
    async linked(name = 'shop') {
      const phone = await whatsapp.registerPhone({ name })
      const instance = await api.create({ name })
      await phone.scan(await api.qr(instance.id))
      await api.reaches(instance.id, 'linked')
      return { instance, phone }
    },
  }
}

/** The settings by which a gateway takes a simulator for WhatsApp. */
export function asWhatsApp(simulator: Simulator): Record<string, string> {
  return {
    GANGWAY_WHATSAPP_URL: simulator.url,
    GANGWAY_WHATSAPP_ROOT_KEY: Buffer.from(simulator.rootKey).toString('hex'),
  }
}
