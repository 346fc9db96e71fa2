import { requireScope } from '../access/access-service.js'
import type { Caller } from '../access/access.js'
import { GatewayError } from '../errors/gateway-error.js'
import type { SandboxPhones } from '../gateway.js'
import type { PhoneNumber } from '../ids.js'
import type { PhoneControl, Sandbox, SandboxPhone } from '../ports/sandbox.js'

export class SandboxService implements SandboxPhones {
  readonly #open: (() => Promise<Sandbox>) | undefined

  /** `open` starts the simulated network when it is first needed; without it every question is `sandbox-off`. */
  constructor(open: (() => Promise<Sandbox>) | undefined) {
    this.#open = open
  }

  async register(caller: Caller, phone: { number?: PhoneNumber; name?: string }): Promise<SandboxPhone> {
    return (await this.#sandbox(caller)).register(caller.workspace, phone)
  }

  async list(caller: Caller): Promise<SandboxPhone[]> {
    return (await this.#sandbox(caller)).list(caller.workspace)
  }

  async phone(caller: Caller, number: string): Promise<PhoneControl> {
    return (await this.#sandbox(caller)).phone(caller.workspace, number)
  }

  async #sandbox(caller: Caller): Promise<Sandbox> {
    requireScope(caller, 'sandbox')
    if (!this.#open) throw new GatewayError('sandbox-off', 'This gateway runs without a sandbox.')
    return this.#open()
  }
}
