import { randomBytes } from 'node:crypto'
import type { BinaryNode } from 'baileys'
import type { Account } from '../accounts/account.js'
import { mayRing } from '../accounts/privacy.js'
import { shownNumber } from '../accounts/shown-number.js'
import type { Network } from '../network.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { children, element, unixSeconds } from '../wire/nodes.js'
import { Call, type CallEnd } from './call.js'

/** The signalling of calls: who rings whom, and what the devices of the callee are told. No sound is carried. */
export class CallExchange {
  readonly #network: Network
  readonly #calls = new Map<string, Call>()

  constructor(network: Network) {
    this.#network = network
  }

  /** Oldest first, without those of others. */
  of({ number }: Account): Call[] {
    return [...this.#calls.values()].filter(({ from, to }) => from === number || to === number)
  }

  find(id: string): Call | undefined {
    return this.#calls.get(id)
  }

  /** `notice`: as devices are told that cannot take part themselves. */
  ring(caller: Account, callee: Account, how: { readonly video: boolean; readonly notice: boolean }): Call {
    const call = new Call(randomBytes(16).toString('hex').toUpperCase(), caller.number, callee.number, how.video)
    this.#calls.set(call.id, call)
    const media = [element('audio', { enc: 'opus', rate: '16000' }), ...(how.video ? [element('video')] : [])]
    if (how.notice) this.#tell(call, 'offer_notice', { media: how.video ? 'video' : 'audio', type: '1on1' }, media)
    else this.#tell(call, 'offer', {}, media)
    return call
  }

  relayLatency(call: Call, milliseconds: number): void {
    this.#tell(call, 'relaylatency', { latency: milliseconds.toString() })
  }

  /** `by`: the device of the callee that decided, which knows already. Throws `call-ended` when nothing is left to end. */
  end(call: Call, end: CallEnd, by?: number): void {
    call.become(end)
    if (end === 'accepted') this.#tell(call, 'accept', {}, [], by)
    else if (end === 'rejected') this.#tell(call, 'reject', { count: '0' }, [], by)
    else this.#tell(call, 'terminate', end === 'timed-out' ? { reason: 'timeout' } : {})
  }

  /** A companion says something about a call. All that it can do is to reject one. */
  answer(account: Account, device: number, stanza: BinaryNode): BinaryNode {
    const [said] = children(stanza)
    const ack = { class: 'call', id: stanza.attrs.id, from: stanza.attrs.to, type: said?.tag }
    if (said?.tag !== 'reject') return element('ack', { ...ack, error: '501' })
    const call = this.#calls.get(said.attrs['call-id'] ?? '')
    if (call?.to !== account.number) return element('ack', { ...ack, error: '404' })
    // It may have ended while the refusal was on its way.
    if (call.state === 'ringing') this.end(call, 'rejected', device)
    return element('ack', ack)
  }

  #tell(call: Call, what: string, more: Record<string, string>, content: BinaryNode[] = [], except?: number): void {
    const caller = this.#network.directory.byNumber(call.from)
    const callee = this.#network.directory.byNumber(call.to)
    if (caller === undefined || callee === undefined || !mayRing(this.#network, callee, caller)) return
    const byLid = caller.record.addressing === 'lid'
    const from = byLid ? lidJid(caller.lid) : numberJid(caller.number)
    const about = { 'call-id': call.id, 'call-creator': from, caller_pn: byLid ? shownNumber(caller) : undefined }
    const said = element(what, { ...about, ...more }, content.length > 0 ? content : undefined)
    const batch = this.#network.batch()
    for (const companion of callee.devices.values()) {
      if (companion.id === except) continue
      const attrs = { id: this.#network.stanzaId(), from, t: unixSeconds(), notify: caller.record.name }
      this.#network.post.post(companion.name, element('call', attrs, [said]), batch)
    }
    batch.commit()
  }
}
