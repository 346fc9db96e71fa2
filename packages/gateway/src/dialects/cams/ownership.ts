import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Instances } from '../../core/gateway.js'
import type { InstanceId } from '../../core/ids.js'
import type { Instance } from '../../core/instances/instance.js'
import { Refused } from './errors.js'
import type { Subject } from './requests.js'

/** Throws alike for a number or space that is somebody else's, and for a space that is nobody's. */
export async function requireOwn(instances: Instances, caller: Caller, { phone, space }: Subject): Promise<void> {
  if (await instances.isElsewhere(caller, phone)) throw new Refused('Unknown.ResourceOwnerId')
  if (space === undefined) return
  const instance = await spaceOf(instances, caller, space)
  const number = instance && (instance.account?.phone ?? instance.phone)
  if (number === undefined || (number !== null && number !== phone)) throw new Refused('Unknown.ResourceOwnerId')
}

/** What the vendor's customers call a space, or an instance, is an instance here: by its id, or by its serial. */
async function spaceOf(instances: Instances, caller: Caller, space: string): Promise<Instance | undefined> {
  if (/^\d{1,10}$/.test(space)) {
    const serial = Number(space)
    const [found] = await instances.list(caller, { afterSerial: serial - 1, limit: 1 })
    return found?.serial === serial ? found : undefined
  }
  try {
    return await instances.get(caller, space.toLowerCase() as InstanceId)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'instance-not-found') return undefined
    throw error
  }
}
