import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId } from '../../core/ids.js'
import { invalid } from './errors.js'
import type { Room } from './room.js'
import type { Settings } from './settings.js'
import type { KeptChanges } from './settings-shelf.js'
import { changedOptions, shownSettings } from './shared-settings.js'

/** Changes what is kept of an instance, and what the core has to be told of it. */
export async function changeSettings(
  room: Pick<Room, 'gateway' | 'shelf'>,
  caller: Caller,
  instance: InstanceId,
  changes: KeptChanges,
): Promise<void> {
  const { instances } = room.gateway
  const [{ options }, before] = [await instances.get(caller, instance), await room.shelf.read(caller, instance)]
  const after = { ...shownSettings(before.settings, options), ...changes.settings }
  // First of all what can still be refused.
  await changeDestination(room, caller, instance, changes)
  const changed = changedOptions(changes.settings, after)
  if (Object.keys(changed).length > 0) await instances.edit(caller, instance, { options: changed })
}

/**
 * Changes what is kept of an instance, and with it where its notifications go: to an address, or into the queue. What waits
 * goes with them, as at the vendor. The queue of an instance that nobody has told either is there when somebody asks for it.
 */
async function changeDestination(
  { gateway: { subscriptions }, shelf }: Pick<Room, 'gateway' | 'shelf'>,
  caller: Caller,
  instance: InstanceId,
  changes: KeptChanges,
): Promise<void> {
  const { webhookUrl, webhookUrlToken } = changes.settings
  if (webhookUrl === undefined && webhookUrlToken === undefined) return shelf.change(caller, instance, changes)
  const send = async (url: string | null): Promise<void> => {
    await subscriptions.manage(caller, instance, 'green-api', url === null ? { url, from: 'start' } : { url })
  }
  await shelf.change(caller, instance, changes, async ({ before, after, keep }) => {
    const [from, to] = [addressIn(before.settings), addressIn(after.settings)]
    // Nothing goes out meanwhile: no address is sent the token of another one, or none.
    if (from !== null) await send(null)
    await keep(after)
    try {
      await send(to)
    } catch (error) {
      await keep(before)
      if (from !== null) await send(from)
      throw error instanceof GatewayError && error.field === 'url' ? unfit(error) : error
    }
  })
}

function addressIn({ webhookUrl }: Partial<Settings>): string | null {
  return webhookUrl === undefined || webhookUrl === '' ? null : webhookUrl
}

function unfit(cause: GatewayError): GatewayError {
  return invalid("'webhookUrl' must lead to where this server may send", cause)
}
