import type { BinaryNode } from 'baileys'
import { SimulatorError } from '../errors.js'
import type { Candidate } from '../linking/candidate.js'
import type { Linking } from '../linking/linking.js'
import type { CompanionOffer } from '../linking/offer.js'
import { readAddress } from '../wire/addresses.js'
import { bytesOf, child, element, serverJid } from '../wire/nodes.js'
import type { Connection, Role } from './connection.js'
import { answerIq, badRequest, firstChild, notImplemented, type IqAnswer } from './iq-answer.js'

const wrappedKeyLength = 80

/** The connection of a client that has no account yet. */
export class Registration implements Role, Candidate {
  readonly offer: CompanionOffer
  readonly #connection: Connection
  readonly #linking: Linking
  readonly #patience: number
  readonly #asked = new Map<string, { answer: (iq: BinaryNode) => void; gone: () => void }>()

  constructor(connection: Connection, offer: CompanionOffer, linking: Linking, patience: number) {
    this.#connection = connection
    this.offer = offer
    this.#linking = linking
    this.#patience = patience
  }

  get id(): number {
    return this.#connection.id
  }

  /** Hands out what the client shows as QR codes. */
  begin(stanzaId: string): void {
    const refs = this.#linking.refs.offer(this).map((ref) => element('ref', {}, Buffer.from(ref)))
    this.tell(element('iq', { from: serverJid, type: 'set', id: stanzaId }, [element('pair-device', {}, refs)]))
  }

  receive(node: BinaryNode): void {
    if (node.tag !== 'iq') return
    const { type, id = '' } = node.attrs
    if (type === 'result' || type === 'error') this.#asked.get(id)?.answer(node)
    else this.tell(answerIq(node, this.#answer(node)))
  }

  closed(): void {
    this.#linking.withdraw(this)
    for (const { gone } of this.#asked.values()) gone()
  }

  ask(iq: BinaryNode): Promise<BinaryNode> {
    const { id = '' } = iq.attrs
    return new Promise((resolve, reject) => {
      const gone = () => {
        cancel()
        this.#asked.delete(id)
        reject(new SimulatorError('companion-silent', 'the companion did not answer'))
      }
      const cancel = this.#connection.after(this.#patience, gone)
      const answer = (node: BinaryNode) => {
        cancel()
        this.#asked.delete(id)
        resolve(node)
      }
      this.#asked.set(id, { answer, gone })
      if (this.#connection.isOpen) this.#connection.send(iq)
      else gone()
    })
  }

  tell(node: BinaryNode): void {
    this.#connection.send(node)
  }

  dismiss(streamError: BinaryNode): void {
    this.#connection.dismiss(streamError)
  }

  #answer(iq: BinaryNode): IqAnswer {
    if (iq.attrs.xmlns === 'w:p' || iq.attrs.xmlns === 'urn:xmpp:ping') return []
    const request = firstChild(iq)
    if (request?.tag !== 'link_code_companion_reg') return notImplemented
    return request.attrs.stage === 'companion_hello' ? this.#hello(request) : this.#finish(request)
  }

  #hello(request: BinaryNode): IqAnswer {
    const number = readAddress(request.attrs.jid)?.user
    const wrapped = bytesOf(child(request, 'link_code_pairing_wrapped_companion_ephemeral_pub'))
    if (number === undefined || wrapped?.length !== wrappedKeyLength) return badRequest
    const ref = this.#linking.requestCode(this, number, wrapped)
    return [
      element('link_code_companion_reg', { stage: 'companion_hello' }, [element('link_code_pairing_ref', {}, ref)]),
    ]
  }

  #finish(request: BinaryNode): IqAnswer {
    const bundle = bytesOf(child(request, 'link_code_pairing_wrapped_key_bundle'))
    return bundle !== undefined && this.#linking.finishCode(this, bundle) ? [] : badRequest
  }
}
