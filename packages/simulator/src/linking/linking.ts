import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { Account } from '../accounts/account.js'
import { Device } from '../accounts/device.js'
import { SimulatorError } from '../errors.js'
import type { Network } from '../network.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { bytesOf, child, element, serverJid, unixSeconds } from '../wire/nodes.js'
import { announceDevices } from './announce.js'
import type { Candidate } from './candidate.js'
import { DeviceIdentity } from './identity.js'
import { PairingCodeExchange } from './pairing-code.js'
import { readQrText } from './qr-text.js'
import { Refs } from './refs.js'

/** A companion that asked for a pairing code and waits for somebody to type it. */
interface CodeRequest {
  readonly candidate: Candidate
  readonly ref: Buffer
  readonly wrappedKey: Buffer
  /** Set while a phone waits for the companion's bundle; returns whether the code was right. */
  finish?: (bundle: Buffer) => boolean
  /** Set at the same time: its connection is gone. */
  abandon?: () => void
}

const requestDelay = 500

/** Turns candidates into linked devices, by QR code or by pairing code. */
export class Linking {
  readonly refs: Refs
  readonly #network: Network
  readonly #requests = new Map<string, CodeRequest>()
  readonly #patience: number
  readonly #arrivals = new EventEmitter()

  /** `patience`: how long a companion may take for each answer, in ms. */
  constructor(network: Network, refLifetime: number, patience: number) {
    this.#network = network
    this.refs = new Refs(refLifetime)
    this.#patience = patience
  }

  async scan(account: Account, text: string): Promise<Device> {
    const qr = readQrText(text)
    if (qr === undefined) throw new SimulatorError('qr-not-valid', 'this is not a code for linking a device')
    const candidate = this.refs.candidateOf(qr.ref)
    const { noiseKey, identityKey } = candidate.offer
    if (!qr.noiseKey.equals(noiseKey) || !qr.identityKey.equals(identityKey)) {
      throw new SimulatorError('qr-not-valid', 'the keys in the code are not those of the companion')
    }
    this.refs.withdraw(candidate)
    return this.#pair(account, candidate, qr.advSecret)
  }

  /** A companion wants to be linked with a code typed on the phone of this number. Returns the ref of its request. */
  requestCode(candidate: Candidate, number: string, wrappedKey: Buffer): Buffer {
    const ref = randomBytes(24)
    this.#requests.set(number, { candidate, ref, wrappedKey })
    this.#arrivals.emit(number)
    return ref
  }

  async enterCode(account: Account, code: string): Promise<Device> {
    const request = await this.#requestFor(account.number)
    const typed = code.replaceAll(/[\s-]/g, '').toUpperCase()
    if (request === undefined || typed.length !== 8) throw notValid()
    const exchange = await PairingCodeExchange.start(account.record.identity, typed, request.wrappedKey)
    const opened = this.#awaitBundle(request, exchange)
    const content = [
      element('link_code_pairing_ref', {}, request.ref),
      element('primary_identity_pub', {}, Buffer.from(account.record.identity.public)),
      element('link_code_pairing_wrapped_primary_ephemeral_pub', {}, exchange.wrapped),
    ]
    const attrs = { from: serverJid, type: 'link_code_companion_reg', id: this.#network.stanzaId(), t: unixSeconds() }
    const hello = element('link_code_companion_reg', { stage: 'primary_hello' }, content)
    request.candidate.tell(element('notification', attrs, [hello]))
    const secret = await opened
    if (secret === undefined) throw notValid()
    this.withdraw(request.candidate)
    return this.#pair(account, request.candidate, secret)
  }

  /** The companion's last word in a code exchange; false when the typed code was not the shown one. */
  finishCode(candidate: Candidate, bundle: Buffer): boolean {
    const request = [...this.#requests.values()].find((one) => one.candidate === candidate)
    return request?.finish?.(bundle) ?? false
  }

  /** Its connection is gone, or it is linked now. */
  withdraw(candidate: Candidate): void {
    this.refs.withdraw(candidate)
    for (const [number, request] of this.#requests) {
      if (request.candidate !== candidate) continue
      this.#requests.delete(number)
      request.abandon?.()
    }
  }

  /** A program types faster than the companion's request travels, so it is given a moment. */
  async #requestFor(number: string): Promise<CodeRequest | undefined> {
    if (!this.#requests.has(number)) {
      await once(this.#arrivals, number, { signal: AbortSignal.timeout(requestDelay) }).catch(() => undefined)
    }
    return this.#requests.get(number)
  }

  #awaitBundle(request: CodeRequest, exchange: PairingCodeExchange): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        delete request.finish
        delete request.abandon
      }
      request.abandon = () => {
        settle()
        reject(new SimulatorError('companion-silent', 'the companion did not react to the code'))
      }
      const timer = setTimeout(request.abandon, this.#patience)
      request.finish = (bundle) => {
        settle()
        const secret = exchange.open(bundle, request.candidate.offer.identityKey)
        resolve(secret)
        return secret !== undefined
      }
    })
  }

  async #pair(account: Account, candidate: Candidate, advSecret: Buffer): Promise<Device> {
    const id = account.record.nextDevice
    this.#reserve(account, id)
    const { offer } = candidate
    const identity = new DeviceIdentity(account.record, offer.identityKey, id)
    const attrs = { from: serverJid, type: 'set', id: this.#network.stanzaId(), t: unixSeconds() }
    const success = element('pair-success', {}, [
      element('device-identity', {}, identity.sealed(advSecret)),
      element('platform', { name: 'android' }),
      element('device', { jid: numberJid(account.number, id), lid: lidJid(account.lid, id) }),
    ])
    const answer = await candidate.ask(element('iq', attrs, [success]))
    const signed = bytesOf(child(child(answer, 'pair-device-sign'), 'device-identity'))
    if (answer.attrs.type === 'error' || !signed || !identity.isAcceptedBy(signed)) {
      candidate.dismiss(element('stream:error', { code: '500' }))
      throw new SimulatorError('companion-refused', 'the companion did not accept its identity')
    }
    const device = new Device({ number: account.number, id, linkedAt: Date.now(), ...offer })
    const batch = this.#network.batch()
    device.save(batch)
    account.devices.set(id, device)
    announceDevices(this.#network, account, 'add', device, batch)
    batch.commit()
    this.#network.history.add({ event: 'paired', connection: candidate.id, device: device.name })
    candidate.dismiss(element('stream:error', { code: '515' }))
    return device
  }

  // A number is never given to a second device, even when the first never came to be.
  #reserve(account: Account, id: number): void {
    const batch = this.#network.batch()
    account.update({ nextDevice: id + 1 }, batch)
    batch.commit()
  }
}

function notValid(): SimulatorError {
  return new SimulatorError('code-not-valid', 'no companion asks for this number with this code')
}
