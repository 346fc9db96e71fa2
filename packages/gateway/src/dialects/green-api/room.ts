import { Readable } from 'node:stream'
import type { Caller } from '../../core/access/access.js'
import type { Gateway } from '../../core/gateway.js'
import type { InstanceId } from '../../core/ids.js'
import type { Clock } from '../../core/ports/clock.js'
import type { RateLimit } from './rate-limit.js'
import type { SettingsShelf } from './settings-shelf.js'

/** What every group of methods is given. */
export interface Room {
  readonly gateway: Gateway
  readonly clock: Clock
  readonly shelf: SettingsShelf
  readonly limit: RateLimit
  /** Aborts when the server closes: nobody waits longer. */
  readonly closing: AbortSignal
}

/** A request after its address was read: for which instance, and what it brings. */
export interface Call {
  readonly caller: Caller
  readonly instance: InstanceId
  /** What was sent, or for a method that `streams` a stream of it. */
  readonly body: unknown
  readonly query: unknown
  readonly contentType: string
  /** What follows the token in the path. */
  readonly pathId: string | undefined
  readonly header: (name: string) => string | undefined
  /** Aborts when the client leaves or the server closes; for whoever waits. */
  untilGone(): AbortSignal
}

/** One method of an instance; its name is matched in any case, as the vendor's own clients need. */
export interface Method {
  readonly name: string
  readonly verb: 'GET' | 'POST' | 'DELETE'
  /** How often one instance may call it (the vendor's table of limits). */
  readonly perSecond: number
  /** Whether its path may go on after the token, with an id. */
  readonly takesId?: true
  /** Its body is a file of any type and size: it is not read beforehand. */
  readonly streams?: true
  /** Ready bytes, or what is to become JSON. No bytes are an answer without a body. */
  answer(call: Call): Promise<Buffer | object>
}

/** An answer that sends the client on to another address. */
export class Elsewhere {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }
}

/** A call of the Partner API, made with the token of a workspace. */
export interface PartnerMethod {
  readonly name: string
  readonly verb: 'GET' | 'POST'
  answer(caller: Caller, body: unknown): Promise<object>
}

/** The body of a method that streams; an empty one where none was sent. */
export function streamOf({ body }: Call): Readable {
  return body instanceof Readable ? body : Readable.from([])
}
