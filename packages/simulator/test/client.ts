import { EventEmitter } from 'node:events'
import {
  DisconnectReason,
  initAuthCreds,
  makeWASocket,
  WA_CERT_DETAILS,
  type AuthenticationCreds,
  type BinaryNode,
  type ConnectionState,
  type SignalDataTypeMap,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WAMessage,
  type WASocket,
} from 'baileys'
import type { Simulator, VirtualPhone } from '#simulator/index.js'

const ignore = () => undefined
// libsignal prints whole sessions when it closes them, and every session it tried when a message does not open.
Object.assign(console, { info: ignore, warn: ignore, error: ignore })
const silent = {
  level: 'silent',
  child: () => silent,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
}

/** The keys of a client: its disk. */
class Keys implements SignalKeyStore {
  readonly #data = new Map<string, unknown>()

  async get<Type extends keyof SignalDataTypeMap>(type: Type, ids: string[]) {
    const found: Record<string, SignalDataTypeMap[Type]> = {}
    for (const id of ids) {
      const value = this.#data.get(`${type}/${id}`)
      if (value !== undefined) found[id] = value as SignalDataTypeMap[Type]
    }
    return found
  }

  /** What one process writes to them. After its death nothing more arrives. */
  writtenBy(process: { alive: boolean }): SignalKeyStore {
    return {
      get: (type, ids) => this.get(type, ids),
      set: async (data) => {
        if (process.alive) await this.set(data)
      },
    }
  }

  async set(data: Record<string, Record<string, unknown> | undefined>) {
    for (const [type, values] of Object.entries(data)) {
      for (const [id, value] of Object.entries(values ?? {})) {
        if (value === null || value === undefined) this.#data.delete(`${type}/${id}`)
        else this.#data.set(`${type}/${id}`, value)
      }
    }
  }
}

/** Where to connect, read anew at each attempt. */
type Network = Pick<Simulator, 'url' | 'rootKey'>

/** The unmodified protocol library, linked to one simulator, reconnecting only when a test asks for it. */
export class Client {
  readonly creds: AuthenticationCreds = initAuthCreds()
  readonly keys = new Keys()
  /** Without what the devices of the account tell each other. */
  readonly received: WAMessage[] = []
  /** Ids of their stanzas that reached this client, whatever the library then made of them. */
  readonly stanzas = new Set<string>()
  readonly statuses: { id: string; status: number }[] = []
  readonly closes: number[] = []
  readonly #events = new EventEmitter()
  readonly #network: () => Network
  readonly #config: Partial<UserFacingSocketConfig>
  qr: string | undefined
  isOpen = false
  isCaughtUp = false
  socket: WASocket
  #process = { alive: true }

  constructor(network: Network | (() => Network), config: Partial<UserFacingSocketConfig> = {}) {
    this.#network = typeof network === 'function' ? network : () => network
    this.#config = config
    this.socket = this.connect()
  }

  connect(): WASocket {
    const { url, rootKey } = this.#network()
    this.#process = { alive: true }
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(rootKey)
    this.isOpen = false
    this.isCaughtUp = false
    const socket = makeWASocket({
      auth: { creds: this.creds, keys: this.keys.writtenBy(this.#process) },
      waWebSocketUrl: url,
      logger: silent,
      shouldSyncHistoryMessage: () => false,
      ...this.#config,
    })
    socket.ev.on('creds.update', (update) => {
      Object.assign(this.creds, update)
      this.#events.emit('change')
    })
    socket.ev.on('connection.update', (update) => {
      this.#connection(socket, update)
    })
    socket.ev.on('messages.upsert', ({ messages }) => {
      this.received.push(...messages.filter(({ category }) => category !== 'peer'))
      // The library folds an update into the message itself when both happen in one buffered moment.
      for (const { key, status } of messages) {
        if (key.fromMe === true && typeof status === 'number') this.statuses.push({ id: key.id ?? '', status })
      }
      this.#events.emit('change')
    })
    socket.ev.on('messages.update', (updates) => {
      for (const { key, update } of updates) {
        if (typeof update.status === 'number') this.statuses.push({ id: key.id ?? '', status: update.status })
      }
      this.#events.emit('change')
    })
    socket.ws.prependListener('CB:message', ({ attrs }: BinaryNode) => {
      if (attrs.category === 'peer') return
      this.stanzas.add(attrs.id ?? '')
      this.#events.emit('change')
    })
    this.socket = socket
    return socket
  }

  /** Resolves as soon as it is so. */
  async until(condition: (client: this) => boolean, what = condition.toString(), timeout = 10_000): Promise<void> {
    if (condition(this)) return
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!condition(this)) return
        stop()
        resolve()
      }
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`not within ${timeout} ms: ${what}`))
      }, timeout)
      const stop = () => {
        clearTimeout(timer)
        this.#events.off('change', check)
      }
      this.#events.on('change', check)
    })
  }

  /** Links by QR, comes back after the restart the server demands, and waits until everything is quiet. */
  async link(phone: VirtualPhone): Promise<void> {
    await this.until((client) => client.qr !== undefined)
    await phone.scan(this.qr ?? '')
    await this.until((client) => client.closes.includes(DisconnectReason.restartRequired))
    await this.reconnect()
    // The last that comes by itself: the key that the phone shares with its companions.
    await this.until(({ creds }) => creds.myAppStateKeyId !== undefined, 'the key of the app state')
  }

  async reconnect(): Promise<void> {
    this.connect()
    await this.until((client) => client.isOpen && client.isCaughtUp, 'open and caught up')
  }

  texts(): string[] {
    return this.received.map(({ message }) => message?.conversation ?? message?.extendedTextMessage?.text ?? '')
  }

  async receivedText(text: string): Promise<WAMessage> {
    await this.until((client) => client.texts().includes(text), `text ${text}`)
    const found = this.received.find((_, index) => this.texts()[index] === text)
    if (found === undefined) throw new Error('gone')
    return found
  }

  /** As if the process had died: nothing more is sent, nothing is said, nothing is stored. */
  crash(): void {
    this.#process.alive = false
    const { ws } = this.socket as unknown as { ws: { socket: { terminate(): void } | null } }
    ws.socket?.terminate()
  }

  async close(): Promise<void> {
    await this.socket.end(undefined)
  }

  #connection(
    socket: WASocket,
    { connection, qr, lastDisconnect, receivedPendingNotifications }: Partial<ConnectionState>,
  ) {
    if (socket !== this.socket) return
    if (qr !== undefined) this.qr = qr
    if (connection === 'open') this.isOpen = true
    if (receivedPendingNotifications === true) this.isCaughtUp = true
    if (connection === 'close') {
      this.isOpen = false
      const error = lastDisconnect?.error as { output?: { statusCode?: number } } | undefined
      this.closes.push(error?.output?.statusCode ?? 0)
    }
    this.#events.emit('change')
  }
}

/** The message with this id, as soon as the client has it. */
export async function received(client: Client, id: string): Promise<WAMessage> {
  await client.until((one) => one.received.some(({ key }) => key.id === id), `message ${id}`)
  const found = client.received.find(({ key }) => key.id === id)
  if (found === undefined) throw new Error('gone')
  return found
}
