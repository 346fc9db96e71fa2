import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Instance } from '../../core/instances/instance.js'
import type { Clock } from '../../core/ports/clock.js'
import type { WitiCaller } from './auth.js'
import { changeConfig } from './destination.js'
import type { Command, Room } from './command.js'
import { contactCommands } from './contact-commands.js'
import { messageCommands } from './message-commands.js'
import {
  closedInfo,
  configuredInfo,
  connectionInfo,
  type Known,
  qrReply,
  sessionReply,
  stateAnswer,
} from './replies.js'
import { readGenerateQrCode, readSetConfig } from './requests.js'

const firstQrWait = 8_000
const restoreWait = 15_000
const restorePause = 50

const generateQrCode: Command = {
  method: 'POST',
  failure: 'status',
  async run({ gateway: { links }, configs, clock }, who, { body }) {
    await configs.change(who, readGenerateQrCode(body))
    const { step } = await links.start(who.caller, who.instance, { method: 'qr' }, { wait: firstQrWait })
    switch (step.kind) {
      case 'scan':
        return qrReply(step, clock.now())
      case 'failed':
        throw step.error
      case 'linked':
      case 'starting':
        throw new GatewayError('already-linked', 'The account is linked or being set up.')
      case 'type-code':
        throw new GatewayError('link-cancelled', 'An attempt by code has taken the place of this one.')
      case 'opening':
        throw new GatewayError('send-timed-out', 'WhatsApp has not offered a QR yet.')
    }
  },
}

const status: Command = {
  method: 'GET',
  failure: 'status',
  async run(room, who) {
    return connectionInfo(await known(room, who))
  },
}

/** The whole link is given up; a new QR is needed. */
const disconnect: Command = {
  method: 'GET',
  failure: 'status',
  async run(room, who) {
    await room.gateway.instances.logout(who.caller, who.instance)
    return connectionInfo(await known(room, who))
  },
}

/** Closes the socket and keeps the link. */
const closeSession: Command = {
  method: 'GET',
  failure: 'sucesso',
  async run(room, who) {
    const { instances } = room.gateway
    const closed = await ifLinked(() => instances.pause(who.caller, who.instance))
    const state = await known(room, who)
    return sessionReply(closed, closed ? closedInfo(state) : connectionInfo(state))
  },
}

/** There is never anything left to save: each step of the protocol is stored before it is answered. */
const saveSession: Command = {
  method: 'GET',
  failure: 'sucesso',
  async run({ gateway }, who) {
    return { sucesso: stateAnswer(await gateway.instances.get(who.caller, who.instance)).canRestore }
  },
}

const restoreSession: Command = {
  method: 'GET',
  failure: 'sucesso',
  async run(room, who) {
    const { instances } = room.gateway
    const resumed = await ifLinked(() => instances.resume(who.caller, who.instance))
    if (resumed) await settled(room, who)
    const info = connectionInfo(await known(room, who))
    return sessionReply(info.connected, info)
  },
}

/** Removes stored files and nothing else. */
const clear: Command = {
  method: 'GET',
  failure: 'clear',
  async run({ gateway }, who) {
    await gateway.media.clear(who.caller, who.instance)
    return { status: true, message: 'clear ok' }
  },
}

const setConfig: Command = {
  method: 'POST',
  failure: 'status',
  async run(room, who, { body }) {
    const config = await changeConfig(room, who, readSetConfig(body))
    return configuredInfo({ ...(await known(room, who)), config })
  },
}

/** By the name of the file without its `.aspx`, in lower case. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['generate_qrcode', generateQrCode],
  ['status', status],
  ['disconnect', disconnect],
  ['close_session', closeSession],
  ['save_session', saveSession],
  ['restore_session', restoreSession],
  ['clear', clear],
  ['set_config', setConfig],
  ...messageCommands,
  ...contactCommands,
])

async function known({ gateway: { instances, media }, configs }: Room, who: WitiCaller): Promise<Known> {
  const { caller, instance: id, webId } = who
  const [instance, figures, files, config] = await Promise.all([
    instances.get(caller, id),
    instances.figures(caller, id),
    media.usage(caller, id),
    configs.read(who),
  ])
  return { instance, figures, files, config, webId }
}

/** False where there is no session to do it to, which these commands tell in their own envelope. */
async function ifLinked(act: () => Promise<Instance>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not-linked') return false
    throw error
  }
}

/** Resolves when the account is back or will not be, and no later than a client would wait. */
async function settled({ gateway, clock, closing }: Room, { caller, instance }: WitiCaller): Promise<void> {
  const deadline = clock.monotonic() + restoreWait
  while (clock.monotonic() < deadline && !closing.aborted) {
    const { state } = await gateway.instances.get(caller, instance)
    if (state !== 'reconnecting' && state !== 'starting') return
    await pause(clock, closing)
  }
}

async function pause(clock: Clock, closing: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel()
      closing.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(restorePause, end)
    closing.addEventListener('abort', end)
  })
}
