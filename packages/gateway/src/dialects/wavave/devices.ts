import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Instances } from '../../core/gateway.js'
import type { PhoneNumber } from '../../core/ids.js'
import type { Instance } from '../../core/instances/instance.js'
import { Turns } from '../../core/turns.js'

/** Instances by the number that names them on this vendor's wire. */
export class Devices {
  readonly #instances: Instances
  readonly #turns = new Turns()

  constructor(instances: Instances) {
    this.#instances = instances
  }

  /** Rejects with `instance-not-found`. */
  async find(caller: Caller, device: PhoneNumber): Promise<Instance> {
    const found = await this.#instances.byPhone(caller, device)
    if (!found) throw new GatewayError('instance-not-found', 'There is no such device.')
    return found
  }

  /**
   * The vendor has no call that makes a device, so the first call with a number does. Callers of one number take turns:
   * of two first calls at once the second finds what the first has made. Each asks for itself, so what one may not do
   * does not fail the other. Nobody looks before it is their turn: an instance that is half made is not to be found yet.
   */
  async findOrCreate(caller: Caller, device: PhoneNumber): Promise<Instance> {
    return this.#turns.run(`${caller.workspace} ${device}`, async () => {
      const known = await this.#instances.byPhone(caller, device)
      return known ?? (await this.#instances.create(caller, { name: device, phone: device })).instance
    })
  }
}
