import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { Curve } from 'baileys'
import type { Simulator, SimulatorOptions } from './api.js'
import type { KeyPair } from './keys.js'
import { Linking } from './linking/linking.js'
import { serveMedia } from './media/http.js'
import { MediaServer } from './media/media-server.js'
import { folderShelf, memoryShelf } from './media/shelf.js'
import { Network } from './network.js'
import { isPicturePath, servePicture } from './profiles/http.js'
import { Phones } from './phone/phones.js'
import { Connection } from './server/connection.js'
import { listen } from './server/listener.js'
import { Welcome } from './server/welcome.js'
import { fromText, toText } from './store/records.js'
import { openSqliteStore } from './store/sqlite-store.js'
import { forgetfulStore, type Store } from './store/store.js'
import { certificateChain } from './wire/certificate.js'
import { NoiseHandshake } from './wire/noise.js'

const refLifetime = 200_000
/** How long a companion may take to answer while it is being linked. */
const companionPatience = 10_000

/** Starts a network; what `dataDir` holds of an earlier one goes on. Rejects when the port is in use. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const store = options.dataDir === undefined ? forgetfulStore : openSqliteStore(options.dataDir)
  try {
    return await open(store, options)
  } catch (error) {
    store.close()
    throw error
  }
}

async function open(store: Store, options: SimulatorOptions): Promise<Simulator> {
  const root = rootKey(store)
  const serverKey = Curve.generateKeyPair()
  const certificate = certificateChain(root, serverKey.public)
  const shelf = options.dataDir === undefined ? memoryShelf() : folderShelf(join(options.dataDir, 'media'))
  const media = new MediaServer(store, shelf, createHmac('sha256', root.private).update('media').digest())
  const network = new Network(store, media)
  const linking = new Linking(network, options.refLifetime ?? refLifetime, companionPatience)
  const welcome = new Welcome(network, linking, companionPatience)
  const connections = new Set<Connection>()
  let lastConnection = 0

  const listener = await listen(options.host ?? '127.0.0.1', options.port ?? 0, {
    serve: (request, response) =>
      isPicturePath(request.url)
        ? servePicture(network.pictures, request, response)
        : serveMedia(media, request, response),
    accept: (socket, line) => {
      const handshake = new NoiseHandshake(serverKey, certificate)
      const connection = new Connection(++lastConnection, { socket, line }, handshake, (one, client) =>
        welcome.receive(one, client),
      )
      connections.add(connection)
      network.history.add({ event: 'connected', connection: connection.id })
      socket.on('close', () => {
        connections.delete(connection)
        network.history.add({ event: 'disconnected', connection: connection.id })
      })
    },
  })
  media.host = listener.host
  const phones = new Phones(network, linking)
  network.faults.onAdd(() => {
    for (const connection of connections) if (connection.isUp) welcome.trouble(connection)
  })

  return {
    url: listener.url,
    rootKey: root.public,
    registerPhone: async (phone = {}) => phones.register(phone),
    phone: (number) => phones.find(number),
    phones: () => phones.all(),
    faults: network.faults,
    expireMedia: (path, status) => {
      media.expire(path, status)
    },
    history: (after) => network.history.entries(after),
    deliveries: (device) => network.history.deliveries(device),
    connections: () => connections.size,
    async close() {
      await listener.close()
      await phones.close()
      store.close()
    },
  }
}

function rootKey(store: Store): KeyPair {
  const [kept] = store.load('network')
  if (kept) return fromText(String(kept.value)) as KeyPair
  const root = Curve.generateKeyPair()
  store.write([{ kind: 'network', key: 'root', value: toText(root) }])
  return root
}
