import { connect as connectPlain, isIP, Socket, type LookupFunction } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { Names } from './names.js'
import { isPublicAddress } from './public-address.js'

export interface SocketRules {
  readonly names: Names
  /** Switches the address filter off, and nothing else. */
  readonly allowPrivate: boolean
  /** Certificates in PEM, trusted in place of the system's authorities. */
  readonly authorities?: string
}

export interface SocketTarget {
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/** A name has no address, or its name servers said nothing. Neither it nor their error is kept: errors end in logs. */
export class UnknownName extends Error {}

/** The address, or one of those that the name has, is none that may be connected to. */
export class NotAllowed extends Error {}

/** Of a name with more addresses, the others are checked as well but not tried. */
const mostTried = 8
/** How long one address may take before the next one is tried, in ms. The last one may take as long as it wants. */
const patiencePerAddress = 500

/**
 * Opens a connection, and calls back once: when it can be written to, or has failed. A name is looked up once. All of its
 * addresses have to be public, and those that are connected to are the very ones that were checked, so that an answer
 * which changes meanwhile changes nothing. The name itself goes into the TLS handshake.
 */
export function openSocket(
  { host, port, secure }: SocketTarget,
  rules: SocketRules,
  ready: (error: Error | null, socket: Socket) => void,
): Socket {
  const socket =
    isIP(host) !== 0 && !isAllowed(host, rules) ? refusedSocket() : connectingSocket({ host, port, secure }, rules)
  let called = false
  const once = (error: Error | null): void => {
    if (!called) ready(error, socket)
    called = true
  }
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    once(null)
  })
  socket.on('error', once)
  return socket
}

/** One that is never connected. Its error is emitted in the next turn, like any other. */
function refusedSocket(): Socket {
  return new Socket().destroy(new NotAllowed('the address is not public'))
}

function connectingSocket({ host, port, secure }: SocketTarget, rules: SocketRules): Socket {
  const options = {
    host,
    port,
    noDelay: true,
    // Node asks for names only; an address has been checked by now.
    lookup: checkedLookup(rules),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: patiencePerAddress,
  }
  if (!secure) return connectPlain(options)
  return connectSecure({
    ...options,
    // The handshake has room for names only.
    servername: isIP(host) === 0 ? host : '',
    ALPNProtocols: ['http/1.1'],
    // Said outright, because an environment variable can turn the default off.
    rejectUnauthorized: true,
    ...(rules.authorities === undefined ? {} : { ca: rules.authorities }),
  })
}

function checkedLookup(rules: SocketRules): LookupFunction {
  return (name, { all }, callback) => {
    checkedAddresses(name, rules).then(
      (found) => {
        const [first] = found
        if (all === true) callback(null, found)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new UnknownName('the name could not be looked up'), [])
      },
    )
  }
}

interface Address {
  readonly address: string
  readonly family: number
}

async function checkedAddresses(name: string, rules: SocketRules): Promise<[Address, ...Address[]]> {
  const addresses = await rules.names.addresses(name).catch((): never => {
    throw new UnknownName('the name could not be looked up')
  })
  if (!addresses.every((address) => isAllowed(address, rules))) throw new NotAllowed('an address is not public')
  const [first, ...others] = addresses.slice(0, mostTried).map((address) => ({ address, family: isIP(address) }))
  if (first === undefined) throw new UnknownName('the name has no address')
  return [first, ...others]
}

function isAllowed(address: string, { allowPrivate }: SocketRules): boolean {
  return allowPrivate || isPublicAddress(address)
}
