import { decodeBinaryNode, encodeBinaryNode, type BinaryNode } from 'baileys'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { FrameReader, frame } from '../wire/framing.js'
import type { ClientFinish, NoiseHandshake, Transport } from '../wire/noise.js'

/** What a connection is for, once the client has said who it is. */
export interface Role {
  /** Handled one at a time, in order. */
  receive(node: BinaryNode): Promise<void> | void
  closed(): void
}

type Stage =
  | { readonly name: 'hello'; readonly handshake: NoiseHandshake }
  | { readonly name: 'finish'; readonly handshake: NoiseHandshake }
  | { readonly name: 'open'; readonly transport: Transport; readonly role: Role }

/**
 * What becomes known of a client that has to make way. A ping follows the last word, so what it sends after the pong
 * it sends in spite of that word; and a client that answers no ping was dead anyway.
 */
export interface Eviction {
  alive(): void
  ignored(): void
}

/** How long a client that was told to go may keep the socket open. */
const farewell = 1000
const handshakeTime = 20_000

/** One WebSocket of one client: frames, encryption, and stanzas in order. */
export class Connection {
  readonly id: number
  /** Deaf and mute without hanging up. */
  silent = false
  readonly #socket: WebSocket
  /** The TCP connection under it. */
  readonly #line: Socket
  #gathering = false
  readonly #reader = new FrameReader()
  readonly #welcome: (connection: Connection, client: ClientFinish) => Role
  readonly #timers = new Set<NodeJS.Timeout>()
  #stage: Stage
  #work: Promise<void> = Promise.resolve()
  #dismissed: 'no' | 'told' | 'knows' = 'no'
  #eviction: Eviction | undefined
  readonly #stopHandshakeTimer: () => void

  constructor(
    id: number,
    { socket, line }: { readonly socket: WebSocket; readonly line: Socket },
    handshake: NoiseHandshake,
    welcome: (connection: Connection, client: ClientFinish) => Role,
  ) {
    this.id = id
    this.#socket = socket
    this.#line = line
    this.#welcome = welcome
    this.#stage = { name: 'hello', handshake }
    socket.on('message', (data: Buffer) => {
      this.#receive(data)
    })
    socket.on('error', () => {
      socket.terminate()
    })
    socket.on('ping', (data) => {
      if (!this.silent) socket.pong(data)
    })
    socket.on('pong', () => {
      if (this.#dismissed !== 'told') return
      this.#dismissed = 'knows'
      this.#eviction?.alive()
    })
    socket.on('close', () => {
      for (const timer of this.#timers) clearTimeout(timer)
      if (this.#stage.name === 'open') this.#stage.role.closed()
    })
    this.#stopHandshakeTimer = this.after(handshakeTime, () => {
      this.hangUp()
    })
  }

  /** The handshake is done and nothing has ended it. */
  get isUp(): boolean {
    return this.#stage.name === 'open' && this.isOpen
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN && this.#dismissed === 'no'
  }

  send(node: BinaryNode): void {
    if (this.#stage.name !== 'open' || this.silent || !this.isOpen) return
    this.#gather()
    this.#socket.send(frame(this.#stage.transport.encrypt(encodeBinaryNode(node))))
  }

  /** What is sent in one turn of the event loop leaves in one write: the system call costs more than the encryption. */
  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    this.#line.cork()
    setImmediate(() => {
      this.#gathering = false
      this.#line.uncork()
    })
  }

  /** Says one last thing and closes the socket; an eviction leaves that to the client first. */
  dismiss(node: BinaryNode, eviction?: Eviction): void {
    this.send(node)
    if (this.#dismissed !== 'no') return
    this.#dismissed = 'told'
    this.#eviction = eviction
    if (eviction && !this.silent) this.#socket.ping()
    else this.#socket.close()
    this.after(farewell, () => {
      this.hangUp()
    })
  }

  hangUp(): void {
    this.#socket.terminate()
  }

  /** A timer that ends with the connection. */
  after(delay: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, delay)
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  #receive(data: Buffer): void {
    try {
      for (const one of this.#reader.push(data)) this.#work = this.#work.then(() => this.#handle(one))
    } catch {
      this.hangUp()
    }
    this.#work = this.#work.catch(() => {
      this.hangUp()
    })
  }

  async #handle(bytes: Buffer): Promise<void> {
    if (this.silent) return
    if (this.#dismissed !== 'no') {
      if (this.#dismissed === 'knows') this.#eviction?.ignored()
      return
    }
    const stage = this.#stage
    if (stage.name === 'open') {
      await stage.role.receive(await decodeBinaryNode(stage.transport.decrypt(bytes)))
    } else if (stage.name === 'hello') {
      this.#socket.send(frame(stage.handshake.answerHello(bytes)))
      this.#stage = { name: 'finish', handshake: stage.handshake }
    } else {
      const { client, transport } = stage.handshake.finish(bytes)
      this.#stopHandshakeTimer()
      // The role speaks first, so the stage must be open before it is known.
      const role: Role = { receive: () => undefined, closed: () => undefined }
      this.#stage = { name: 'open', transport, role }
      this.#stage = { name: 'open', transport, role: this.#welcome(this, client) }
    }
  }
}
