import { WebSocket } from 'ws'
import type { GatewayProcess } from '../gateway-process.js'
import { type NativeClient, until } from '../native-client.js'

export interface Answer {
  readonly status: number
  readonly text: string
  readonly body: Record<string, unknown>
}

export interface Credentials {
  readonly idInstance: number
  readonly apiTokenInstance: string
}

/** A new instance, as somebody who moves here from GREEN-API would make it by hand. */
export async function newInstance(
  api: NativeClient,
  wish: object = { name: 'shop' },
): Promise<{ id: string; credentials: Credentials }> {
  const made = await api.ok<{ id: string; credentials: { greenApi: Credentials } }>('POST', '/instances', wish)
  return { id: made.id, credentials: made.credentials.greenApi }
}

/** Calls one instance with plain fetch and waits its turn where the vendor's limits ask for that. */
export class GreenClient {
  readonly base: string
  readonly credentials: Credentials

  constructor(gateway: GatewayProcess, credentials: Credentials) {
    this.base = gateway.url
    this.credentials = credentials
  }

  url(method: string): string {
    return `${this.base}/waInstance${this.credentials.idInstance}/${method}/${this.credentials.apiTokenInstance}`
  }

  async get(method: string): Promise<Answer> {
    return inTurn(() => call('GET', this.url(method)))
  }

  async post(method: string, body: object): Promise<Answer> {
    return inTurn(() => call('POST', this.url(method), body))
  }

  async reaches(stateInstance: string): Promise<void> {
    await until(
      () => this.get('getStateInstance'),
      ({ body }) => body.stateInstance === stateInstance,
    )
  }

  scan(): Scan {
    return new Scan(this.url('scanqrcode'))
  }
}

export async function call(method: string, url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  const json = text.startsWith('{') || text.startsWith('[')
  return { status: response.status, text, body: json ? (JSON.parse(text) as Record<string, unknown>) : {} }
}

const inTurn = (ask: () => Promise<Answer>): Promise<Answer> => until(ask, ({ status }) => status !== 429)

export interface Frame {
  readonly type: string
  readonly message: string
}

/** A `ws` client of the scan socket. */
export class Scan {
  readonly frames: Frame[] = []
  /** The close code, or the status with which the handshake was refused. */
  readonly ended: Promise<number>

  constructor(url: string) {
    const socket = new WebSocket(url.replace(/^http/, 'ws'))
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame))
    this.ended = new Promise((resolve) => {
      socket.once('close', resolve)
      socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0)
        response.resume()
      })
      socket.on('error', () => undefined)
    })
  }

  async qr(): Promise<string> {
    const [first] = await until(
      () => this.frames,
      (frames) => frames.length > 0,
    )
    if (first?.type !== 'qrCode') throw new Error(`in place of a QR came ${JSON.stringify(first)}`)
    return `data:image/png;base64,${first.message}`
  }
}
