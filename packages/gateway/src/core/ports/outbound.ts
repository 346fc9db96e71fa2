import type { Readable } from 'node:stream'

/**
 * HTTP to addresses that users have named. Every such request goes through here and nowhere else: what may be reached is
 * decided in one place, at the moment of each connection.
 */
export interface Outbound {
  /**
   * Reads a URL when somebody configures it; the answer's `href` is what to store. Throws `bad-request` naming `field` for
   * what could never be reached: no http or https URL, credentials in it, a port that is not for the web, an address that
   * is not public. What a name leads to is not asked here, since that may change: it is decided at each connection.
   */
  checkUrl(url: string, field: string): URL
  /**
   * Sends one request and reads what is answered. Resolves whatever the other side does, `timeout` ms after the call at
   * the latest. Follows no redirect, repeats nothing, decompresses nothing.
   * Rejects only with `bad-request`, for a header that must not be set here or that HTTP does not allow.
   */
  post(request: OutboundRequest): Promise<OutboundReply>
  /**
   * Asks for a file. At most three redirects are followed, each judged and connected to like the first URL. Resolves once
   * it is known what there is, and never rejects; the bytes come as fast as they are read, and nothing is decompressed.
   */
  get(request: OutboundGet): Promise<OutboundFile>
  /** Cuts off what is under way, which is then `cancelled`, as is everything asked later. */
  close(): Promise<void>
}

export interface OutboundRequest {
  readonly url: string
  /** POST unless told. */
  readonly method?: 'POST' | 'DELETE'
  /** Those of the connection itself (host, connection, content-length, accept-encoding, user-agent) are not for callers. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
  /** In ms, from the call to the last byte of the answer. Bytes that trickle in do not prolong it. */
  readonly timeout: number
  /**
   * Connections are shared, and counted, per lane and origin: endpoints with lanes of their own never wait for each other,
   * even on one host. There are about a hundred to each; who asks for more at a time is answered `overloaded`.
   */
  readonly lane?: string
  readonly signal?: AbortSignal
}

export type OutboundReply = Answered | { readonly kind: 'unreachable'; readonly why: Unreachable }

export interface Answered {
  readonly kind: 'answered'
  /** 200 to 599. A redirect is an answer like any other. */
  readonly status: number
  readonly headers: { readonly retryAfter: string | undefined }
  /** As it was sent, compressed or not; the first 64 KiB at most. */
  readonly body: Uint8Array
  /** False where the answer went on after 64 KiB, or broke off, or was not over in time. The status holds all the same. */
  readonly complete: boolean
  /** From the call to here. */
  readonly ms: number
}

export interface OutboundGet {
  readonly url: string
  /** In bytes; more break it off, whatever length was promised. */
  readonly most: number
  /** In ms, from the call to the last byte. What comes at less than about half a kilobyte a second is cut earlier. */
  readonly timeout: number
  /** Of one lane about a hundred files are on their way at a time; who asks for more is answered `overloaded`. */
  readonly lane?: string
  /** Media types that are asked for; any unless told. */
  readonly accept?: string
  readonly signal?: AbortSignal
}

export type OutboundFile =
  | {
      readonly kind: 'found'
      /** Where it was found in the end. */
      readonly url: URL
      /** As the other side says; nothing of it is checked. */
      readonly headers: { readonly contentType: string | undefined; readonly contentDisposition: string | undefined }
      /**
       * To be read, or destroyed. Fails with `content-too-large` past the limit, and with `file-unreachable` where it
       * breaks off, takes too long or is called off.
       */
      readonly bytes: Readable
    }
  /** The other side says that it has more bytes than are wanted. */
  | { readonly kind: 'too-large' }
  /** Answered with another status than 200. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly why: Unreachable }

/** Why nothing was answered. For logs and metrics; people outside are told `unreachableText`. */
export const unreachables = [
  'timed-out',
  'dns',
  'not-allowed',
  'no-route',
  'refused',
  'reset',
  'certificate-expired',
  'certificate-name',
  'certificate-untrusted',
  'tls',
  'invalid-answer',
  'redirected',
  'compressed',
  'overloaded',
  'cancelled',
] as const
export type Unreachable = (typeof unreachables)[number]

const nothingThere = 'The endpoint could not be reached.'

/**
 * What the owner of the endpoint may be told. Whether a name is unknown, nobody listens, or the address is one that the
 * gateway never connects to is the same to them: otherwise these texts would map the network that the gateway is in.
 */
export const unreachableText: Readonly<Record<Unreachable, string>> = {
  dns: nothingThere,
  'not-allowed': nothingThere,
  'no-route': nothingThere,
  refused: nothingThere,
  'timed-out': 'The endpoint did not answer in time.',
  reset: 'The endpoint closed the connection without an answer.',
  'certificate-expired': "The endpoint's certificate has expired or is not valid yet.",
  'certificate-name': "The endpoint's certificate is for another host.",
  'certificate-untrusted':
    "The endpoint's certificate is not signed by a trusted authority, or its chain is incomplete.",
  tls: 'No secure connection to the endpoint could be agreed on.',
  'invalid-answer': 'The endpoint answered something that is not HTTP, or far too much of it.',
  redirected: 'The endpoint redirects too often, or to nowhere.',
  compressed: 'The endpoint sends the file compressed, though it was asked not to.',
  overloaded: 'The gateway was too busy to call the endpoint.',
  cancelled: 'The gateway was stopped before the endpoint answered.',
}
