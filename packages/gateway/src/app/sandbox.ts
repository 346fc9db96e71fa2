import {
  startSimulator,
  SimulatorError,
  type PhoneMessage,
  type Simulator,
  type VirtualPhone,
} from '@gangway/simulator'
import { GatewayError, type ErrorCode } from '../core/errors/gateway-error.js'
import type { PhoneNumber, WorkspaceId } from '../core/ids.js'
import type { PhoneControl, Sandbox, SandboxMessage, SandboxPhone } from '../core/ports/sandbox.js'

export interface RunningSandbox {
  readonly sandbox: Sandbox
  /** Where the engine of the sandbox connects, and whom it trusts there. */
  readonly url: string
  readonly rootKey: Uint8Array
  close(): Promise<void>
}

/** The simulated network of this process, kept in `dataDir` so that it survives with the accounts linked to it. */
export async function startSandbox(dataDir: string): Promise<RunningSandbox> {
  const simulator = await startSimulator({ dataDir })
  return {
    sandbox: new SimulatedSandbox(simulator),
    url: simulator.url,
    rootKey: simulator.rootKey,
    close: () => simulator.close(),
  }
}

class SimulatedSandbox implements Sandbox {
  readonly #simulator: Simulator

  constructor(simulator: Simulator) {
    this.#simulator = simulator
  }

  async register(workspace: WorkspaceId, phone: { number?: PhoneNumber; name?: string }): Promise<SandboxPhone> {
    return told(async () => summary(await this.#simulator.registerPhone({ ...phone, owner: workspace })))
  }

  async list(workspace: WorkspaceId): Promise<SandboxPhone[]> {
    return this.#simulator
      .phones()
      .filter((phone) => phone.owner === workspace)
      .map(summary)
  }

  async phone(workspace: WorkspaceId, number: string): Promise<PhoneControl> {
    const phone = this.#simulator.phone(number)
    if (phone?.owner !== workspace) throw new GatewayError('phone-not-found', 'There is no such virtual phone.')
    return control(phone)
  }
}

function control(phone: VirtualPhone): PhoneControl {
  return {
    info: { ...summary(phone), devices: phone.devices() },
    scan: (qr) => told(() => phone.scan(qr)),
    scanImage: (image) => told(() => phone.scanImage(image)),
    enterCode: (code) => told(() => phone.enterCode(code)),
    send: (to, text) => told(async () => message(await phone.send(to, text))),
    messages: async () => phone.messages().map(message),
    read: (ids) => told(() => phone.read(ids)),
    unlink: (device) => told(() => phone.unlink(device)),
    goOffline: async () => {
      phone.leave()
    },
    goOnline: () => told(() => phone.comeBack()),
    remove: () => told(() => phone.remove()),
  }
}

function summary({ number, jid, lid, name, online }: VirtualPhone): SandboxPhone {
  return { number, jid, lid, name, online }
}

function message({ id, from, to, text, status, timestamp }: PhoneMessage): SandboxMessage {
  return { id, from, to, text, status, timestamp }
}

/** The simulator's refusals in the core's words; most are a phone's own "that did not work". */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error
    const codes: Partial<Record<SimulatorError['code'], ErrorCode>> = {
      'phone-not-found': 'phone-not-found',
      'number-taken': 'number-taken',
      'recipient-not-found': 'recipient-not-found',
      'bad-number': 'bad-request',
      'image-too-large': 'content-too-large',
    }
    throw new GatewayError(codes[error.code] ?? 'sandbox-refused', error.message, { hint: error.code, cause: error })
  }
}
