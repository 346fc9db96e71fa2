import {
  startSimulator,
  SimulatorError,
  type Simulator,
  type VirtualGroup,
  type VirtualPhone,
} from '@gangway/simulator'
import { GatewayError, type ErrorCode } from '../core/errors/gateway-error.js'
import type { PhoneNumber, WorkspaceId } from '../core/ids.js'
import type { PhoneControl, PhoneGroups, Sandbox, SandboxGroup, SandboxPhone } from '../core/ports/sandbox.js'
import { sandboxMessage, simulatedAct, simulatedContent } from './sandbox-content.js'

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
    send: (to, content, { replyTo, mentions } = {}) =>
      told(async () => {
        const more = { ...(replyTo !== undefined && { quote: replyTo }), ...(mentions && { mentions }) }
        return sandboxMessage(await phone.sendContent(to, simulatedContent(content), more))
      }),
    act: (act) => told(async () => sandboxMessage(await simulatedAct(phone, act))),
    postStatus: (content, audience) =>
      told(async () => sandboxMessage(await phone.postStatus(simulatedContent(content), audience))),
    messages: async () => phone.messages().map(sandboxMessage),
    file: (id) =>
      told(async () => {
        const { bytes, mimetype, fileName = null } = await phone.media(id)
        return { bytes, mimetype, name: fileName }
      }),
    read: (ids) => told(() => phone.read(ids)),
    play: (ids) => told(() => phone.play(ids)),
    showPresence: (to, presence) => told(() => phone.type(to, presence)),
    setAvailable: (available) => told(() => phone.setAvailable(available)),
    groups: groupsOf(phone),
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

function groupsOf(phone: VirtualPhone): PhoneGroups {
  const find = (id: string): VirtualGroup => {
    const group = phone.group(id)
    if (group === undefined) throw new GatewayError('group-not-found', 'This phone is in no such group.')
    return group
  }
  const changed = (id: string, change: (group: VirtualGroup) => Promise<void>): Promise<SandboxGroup> =>
    told(async () => {
      const group = find(id)
      await change(group)
      return sandboxGroup(group)
    })
  return {
    list: async () => phone.groups().map(sandboxGroup),
    create: (subject, members) => told(async () => sandboxGroup(await phone.createGroup(subject, members))),
    change: (id, change, members) => changed(id, (group) => group[change](members)),
    rename: (id, subject) => changed(id, (group) => group.rename(subject)),
    invite: (id) => told(() => find(id).inviteCode()),
    join: (code) => told(async () => sandboxGroup(await phone.joinGroup(code))),
    leave: (id) => told(() => find(id).leave()),
  }
}

function sandboxGroup(group: VirtualGroup): SandboxGroup {
  const participants = group.participants().map(({ role, ...person }) => ({
    ...person,
    role: role === 'superadmin' ? ('owner' as const) : role,
  }))
  return { id: group.id, subject: group.subject, participants }
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
      'media-too-large': 'content-too-large',
      'message-not-found': 'message-not-found',
      'media-not-found': 'media-not-found',
      'group-not-found': 'group-not-found',
    }
    throw new GatewayError(codes[error.code] ?? 'sandbox-refused', error.message, { hint: error.code, cause: error })
  }
}
