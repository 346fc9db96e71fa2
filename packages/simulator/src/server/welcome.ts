import type { BinaryNode } from 'baileys'
import type { Linking } from '../linking/linking.js'
import { deviceRemoved } from '../linking/unlink.js'
import { readOffer } from '../linking/offer.js'
import type { Network } from '../network.js'
import { lidJid } from '../wire/addresses.js'
import type { ClientFinish } from '../wire/noise.js'
import { element, unixSeconds } from '../wire/nodes.js'
import type { Connection, Role } from './connection.js'
import { Registration } from './registration.js'
import { replaced, Session } from './session.js'

/** A client that shows no valid code any more is kept this long, so that its user can be told. */
const afterLastRef = 60_000

const nobody: Role = { receive: () => undefined, closed: () => undefined }

/** Decides what a client that finished its handshake is here for. */
export class Welcome {
  readonly #network: Network
  readonly #linking: Linking
  readonly #patience: number
  readonly #numbers = new WeakMap<Connection, string>()

  constructor(network: Network, linking: Linking, patience: number) {
    this.#network = network
    this.#linking = linking
    this.#patience = patience
  }

  /** Undefined while it is linking. */
  numberOf(connection: Connection): string | undefined {
    return this.#numbers.get(connection)
  }

  receive(connection: Connection, client: ClientFinish): Role {
    return client.payload.devicePairingData ? this.#register(connection, client) : this.#logIn(connection, client)
  }

  /** Lets scripted trouble happen to a connection that is up. */
  trouble(connection: Connection): void {
    const subject = { number: this.numberOf(connection) }
    const { faults } = this.#network
    const conflict = faults.take('conflict', subject)
    const streamError = faults.take('stream-error', subject)
    if (conflict) connection.dismiss(conflictError(conflict.type))
    else if (streamError) connection.dismiss(element('stream:error', { code: streamError.code.toString() }))
    else if (faults.take('close-socket', subject)) connection.hangUp()
    else if (faults.take('silence', subject)) connection.silent = true
  }

  #register(connection: Connection, client: ClientFinish): Role {
    const offer = readOffer(client)
    if (offer === undefined) return this.#refuse(connection, 400)
    const registration = new Registration(connection, offer, this.#linking, this.#patience)
    this.#network.history.add({ event: 'registered', connection: connection.id })
    registration.begin(this.#network.stanzaId())
    connection.after(this.#linking.refs.lifetime + afterLastRef, () => {
      connection.hangUp()
    })
    this.trouble(connection)
    return registration
  }

  #logIn(connection: Connection, { payload, staticKey }: ClientFinish): Role {
    const number = payload.username?.toString() ?? ''
    const refusal = this.#network.faults.take('refuse-login', { number })
    if (refusal) return this.#refuse(connection, refusal.reason)
    const account = this.#network.directory.byNumber(number)
    const device = account?.devices.get(payload.device ?? 0)
    if (!account || !device || !staticKey.equals(device.record.noiseKey)) return this.#refuse(connection, 401)

    this.#numbers.set(connection, number)
    const before = this.#network.live.get(device.name)
    if (before instanceof Session && before.connected) before.evict()
    const session = new Session(connection, this.#network, account, device)
    this.#network.live.set(device.name, session)
    this.#network.history.add({ event: 'logged-in', connection: connection.id, device: device.name })
    connection.send(element('success', { t: unixSeconds(), lid: lidJid(account.lid, device.id), location: 'sim' }))
    if (payload.passive !== true) session.activate()
    this.trouble(connection)
    return session
  }

  #refuse(connection: Connection, reason: number): Role {
    connection.dismiss(element('failure', { reason: reason.toString(), location: 'sim' }))
    return nobody
  }
}

function conflictError(type: 'replaced' | 'device_removed'): BinaryNode {
  return type === 'device_removed' ? deviceRemoved() : replaced()
}
