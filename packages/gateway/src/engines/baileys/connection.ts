import type { IncomingMessage } from 'node:http'
import { configureSuccessfulPairing, jidDecode, type AuthenticationCreds, type BinaryNode, type KeyPair } from 'baileys'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId, PhoneNumber } from '../../core/ids.js'
import type { Account, InstanceRef } from '../../core/instances/instance.js'
import type { CloseReason } from '../../core/connection/close-reason.js'
import type { Credentials } from '../../core/ports/credentials.js'
import type { EngineActName, EngineActs } from '../../core/ports/engine-acts.js'
import type { Connection, EngineMessage, EngineReport, Inbox, Intent, Traffic } from '../../core/ports/engine.js'
import { perform } from './acts/perform.js'
import { closeReason, storageReason, type Progress } from './close-reasons.js'
import { decodeCreds, encodeCreds } from './encoding.js'
import { sayGoodbye } from './goodbye.js'
import { CommitStrand } from './commit-strand.js'
import { KeyStore } from './key-store.js'
import { openSession } from './open-session.js'
import { storePreKeys } from './store-pre-keys.js'
import type { Patient, Pulse } from './pulse.js'
import { unanswered } from './refusals.js'
import { sendMessage } from './sending/send.js'
import type { Session } from './session.js'
import type { Spare } from './spare.js'
import { UnderWay } from './under-way.js'
import type { SharedCaches, Socket } from './socket.js'

/** What the connections of one engine share. */
export interface ConnectionParts {
  readonly url: string
  readonly credentials: Credentials
  readonly caches: SharedCaches
  readonly pulse: Pulse
  /** A fresh identity takes 5 ms to make, and the one-time keys 20: made ahead, nobody waits for either. */
  readonly identities: Spare<AuthenticationCreds>
  readonly preKeys: Spare<KeyPair[]>
  /** Instances just paired whose one-time keys are still on their way to the disk. */
  readonly settling: Map<InstanceId, Promise<void>>
}

/** Each of the six QRs that WhatsApp hands out is on offer this long, in ms; its own clients rotate at the same pace. */
const qrLifetime = 20_000
/** With a pairing code the six last as long as WhatsApp accepts the code, about two and a half minutes. */
const codeLifetime = 150_000
/** How long the server may take over the WebSocket's closing handshake, in ms. */
const closePatience = 2_000

/** One connection of one instance through the library, from the TCP connect to the `closed` report. */
export class BaileysConnection implements Connection, Patient {
  readonly #parts: ConnectionParts
  readonly #instance: InstanceRef
  readonly #intent: Intent
  readonly #inbox: Inbox
  readonly #stop = new AbortController()
  readonly #underWay = new UnderWay()
  readonly #done: Promise<void>
  #finish: () => void = () => undefined
  #session: Session | undefined
  #strand: CommitStrand | undefined
  /** The TCP connection under the socket, for when the other side no longer answers a goodbye. */
  #wire: IncomingMessage['socket'] | undefined
  #progress: Progress = 'connecting'
  #codeAsked = false
  #reason: CloseReason | undefined

  constructor(parts: ConnectionParts, instance: InstanceRef, intent: Intent, inbox: Inbox) {
    this.#parts = parts
    this.#instance = instance
    this.#intent = intent
    this.#inbox = inbox
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  async start(): Promise<void> {
    let creds: AuthenticationCreds
    try {
      await this.#parts.settling.get(this.#instance.id)
      creds = await this.#creds()
    } catch (error) {
      this.#ended(error instanceof GatewayError ? storageReason(error) : unreadable('identity'))
      return
    }
    if (this.#stop.signal.aborted) {
      this.#ended({ kind: 'requested' })
      return
    }
    const { credentials } = this.#parts
    const instance = this.#instance
    const onBroken = (error: unknown): void => {
      this.#end(error instanceof GatewayError ? storageReason(error) : unreadable('step'))
    }
    const strand = new CommitStrand({ credentials, instance, inbox: this.#inbox, onBroken })
    this.#strand = strand
    const stored = this.#intent.kind !== 'link'
    const addresses = this.#parts.caches.addresses.view(instance.id)
    const keys = new KeyStore({ credentials, instance: instance.id, strand, stored, addresses, onBroken })
    try {
      this.#session = this.#listen(creds, keys, strand)
    } catch (error) {
      this.#ended(closeReason(error, 'connecting'))
    }
  }

  async send(message: EngineMessage): Promise<void> {
    const session = this.#open()
    await this.#underWay.run(() => sendMessage(session, message))
  }

  async perform<Name extends EngineActName>(
    name: Name,
    wish: EngineActs[Name]['wish'],
  ): Promise<EngineActs[Name]['result']> {
    const session = this.#open()
    return this.#underWay.run(() => perform(session, name, wish))
  }

  #open(): Session {
    if (this.#session && this.#progress === 'open' && !this.#reason) return this.#session
    throw new GatewayError('not-linked', 'there is no open connection')
  }

  async traffic(): Promise<Traffic> {
    return { sentBytes: this.#wire?.bytesWritten ?? 0, receivedBytes: this.#wire?.bytesRead ?? 0 }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#end({ kind: 'requested' })
    await this.#done
  }

  probe(): void {
    this.#session?.socket
      .sendNode({
        tag: 'iq',
        attrs: { id: pingId(), to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' },
        content: [{ tag: 'ping', attrs: {} }],
      })
      .catch(() => undefined)
  }

  giveUp(): void {
    this.#end({ kind: 'unresponsive' })
    this.#wire?.destroy()
  }

  async #creds(): Promise<AuthenticationCreds> {
    if (this.#intent.kind === 'link') return this.#parts.identities.take()
    const bytes = await this.#parts.credentials.identity(this.#instance.id)
    if (!bytes) throw new GatewayError('storage-error', 'the identity is missing')
    return decodeCreds(bytes)
  }

  #listen(creds: AuthenticationCreds, keys: KeyStore, strand: CommitStrand): Session {
    const { url, caches, pulse } = this.#parts
    const linksByCode = this.#intent.kind === 'link' && this.#intent.how.method === 'code'
    const qrTimeout = linksByCode ? codeLifetime / 6 : qrLifetime
    const session = openSession({ url, instance: this.#instance.id, creds, keys, strand, caches, qrTimeout })
    const { socket } = session
    socket.ws.on('upgrade', (response: IncomingMessage) => {
      this.#wire = response.socket
    })
    socket.ws.on('open', () => {
      this.#progress = 'handshake'
    })
    socket.ws.on('frame', () => {
      pulse.heard(this)
    })
    // The library answers a pairing before it has told anyone: the identity would be lost in a crash right after.
    socket.ws.removeAllListeners('CB:iq,,pair-success')
    socket.ws.on('CB:iq,,pair-success', (stanza: BinaryNode) => {
      void this.#pair(socket, keys, strand, creds, stanza)
    })
    if (this.#intent.kind === 'logout') this.#sayGoodbye(socket, creds)
    else this.#follow(socket, keys, creds)
    socket.ev.on('connection.update', (update) => {
      if (update.connection === 'close') this.#ended(closeReason(update.lastDisconnect?.error, this.#progress))
    })
    pulse.watch(this)
    return session
  }

  #follow(socket: Socket, keys: KeyStore, creds: AuthenticationCreds): void {
    socket.ev.on('creds.update', () => {
      // The library has merged the update already. Commits keep their order, so a key that is awaited later implies it.
      void keys.saveIdentity(() => encodeCreds(creds)).catch(() => undefined)
    })
    socket.ev.on('connection.update', ({ qr, connection }) => {
      if (qr !== undefined) void this.#offer(socket, qr)
      if (connection === 'open') {
        this.#progress = 'open'
        this.#tell({ kind: 'connected', account: account(creds) })
      }
    })
  }

  /** A new QR is due: shown as it is, or the moment at which a pairing code can be asked for. */
  async #offer(socket: Socket, qr: string): Promise<void> {
    this.#progress = 'open'
    if (this.#intent.kind !== 'link') return
    const { how } = this.#intent
    if (how.method === 'qr') {
      this.#tell({ kind: 'qr', text: qr, expiresAt: new Date(Date.now() + qrLifetime) })
    } else if (!this.#codeAsked) {
      this.#codeAsked = true
      try {
        const code = await socket.requestPairingCode(how.phone)
        this.#tell({ kind: 'code', code, expiresAt: new Date(Date.now() + codeLifetime) })
      } catch (error) {
        this.#end(closeReason(error, this.#progress))
      }
    }
  }

  /** The phone accepted: identity first, then the answer, so that WhatsApp never knows a device that forgot itself. */
  async #pair(
    socket: Socket,
    keys: KeyStore,
    strand: CommitStrand,
    creds: AuthenticationCreds,
    stanza: BinaryNode,
  ): Promise<void> {
    try {
      const { reply, creds: update } = configureSuccessfulPairing(stanza, creds)
      Object.assign(creds, update)
      await this.#inbox.accept({
        report: { kind: 'paired', account: account(creds) },
        credentials: [{ kind: 'new-identity', bytes: encodeCreds(creds) }],
      })
      if (this.#stop.signal.aborted) return
      // WhatsApp now asks for a new connection; the next one waits for the keys. If they are lost in a crash, the
      // library makes others at the first login.
      const stored = storePreKeys(this.#parts.preKeys, keys, strand, creds).finally(() => {
        this.#parts.settling.delete(this.#instance.id)
      })
      this.#parts.settling.set(this.#instance.id, stored)
      await socket.sendNode(reply)
    } catch (error) {
      this.#end(closeReason(error, 'open'))
    }
  }

  /** Right after login and before anything else is synced. */
  #sayGoodbye(socket: Socket, creds: AuthenticationCreds): void {
    socket.ws.removeAllListeners('CB:success')
    socket.ws.on('CB:success', () => {
      this.#progress = 'open'
      void sayGoodbye(socket, creds).then((told) => {
        this.#end({ kind: told ? 'logged-out' : 'connection-lost' })
      })
    })
  }

  /** Reports what must be committed. Where that fails, nothing built on it may go out: the connection ends. */
  #tell(report: EngineReport): void {
    this.#inbox.accept({ report, credentials: [] }).catch((error: unknown) => {
      this.#end(error instanceof GatewayError ? storageReason(error) : unreadable('step'))
    })
  }

  /** Ends it for a reason of ours; the library then reports a close, whose own reason no longer matters. */
  #end(reason: CloseReason): void {
    this.#reason ??= reason
    if (!this.#session) return
    void this.#session.socket.end(undefined)
    setTimeout(() => this.#wire?.destroy(), closePatience).unref()
  }

  #ended(reason: CloseReason): void {
    this.#parts.pulse.forget(this)
    this.#stop.abort()
    this.#underWay.fail(unanswered())
    void this.#tellClosed(this.#reason ?? reason)
  }

  /** Last of all: the next connection may begin with what is stored only when this one stores nothing more. */
  async #tellClosed(reason: CloseReason): Promise<void> {
    await this.#strand?.end()
    this.#finish()
    await this.#inbox.accept({ report: { kind: 'closed', reason }, credentials: [] }).catch(() => undefined)
  }
}

function account(creds: AuthenticationCreds): Account {
  const { me } = creds
  const phone = me ? jidDecode(me.id)?.user : undefined
  if (!me || phone === undefined) throw new Error('the identity names no account')
  return { phone: phone as PhoneNumber, jid: me.id, lid: me.lid ?? null, name: me.name ?? null }
}

function unreadable(detail: string): CloseReason {
  return { kind: 'storage-error', detail }
}

let pings = 0
const pingId = (): string => `gangway-${pings++}`
