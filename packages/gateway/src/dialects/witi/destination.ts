import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'
import type { WitiCaller } from './auth.js'
import type { Configs, WitiConfig } from './config.js'
import { unfitWebhook } from './requests.js'

/** Changes the settings of a connection, and with them where its events are sent and how they are packed. */
export async function changeConfig(
  { gateway: { subscriptions }, configs }: { readonly gateway: Gateway; readonly configs: Configs },
  who: WitiCaller,
  changes: Partial<WitiConfig>,
): Promise<WitiConfig> {
  const { caller, instance } = who
  const send = async (url: string | null): Promise<void> => {
    await subscriptions.manage(caller, instance, 'witi', { url })
  }
  return configs.change(who, changes, async ({ before, after, keep }) => {
    // Nothing goes out meanwhile: no webhook is sent what is packed for another one, or without its GUID.
    if (before.webhook !== '') await send(null)
    await keep(after)
    try {
      await (after.webhook === '' ? subscriptions.unmanage(caller, instance, 'witi') : send(after.webhook))
    } catch (error) {
      await keep(before)
      if (before.webhook !== '') await send(before.webhook)
      throw error instanceof GatewayError && error.field === 'url' ? unfitWebhook(error) : error
    }
  })
}
