import { Connection } from './connection.js'
import type { SocketRules } from './open-socket.js'

export interface ConnectionLimits {
  /** How many lanes and origins may have connections at the same time. */
  readonly origins: number
  /** How many connections each lane may have to one origin. */
  readonly perOrigin: number
}

/** A connection that somebody has for one request. */
export interface Loan {
  readonly connection: Connection
  /** The request is over, and another one may follow. */
  giveBack(): void
  /** The connection is of no more use. */
  discard(): void
}

/** The connections of one lane to one origin. */
interface Group {
  readonly key: string
  readonly all: Set<Connection>
  /** The one that was used last is taken first, so that the others are closed when they are no longer needed. */
  readonly idle: Connection[]
}

/** Keeps connections for the next request, each lane and origin by itself, and bounds how many there are. */
export class Connections {
  readonly #rules: SocketRules
  readonly #limits: ConnectionLimits
  /** In the order of their last use. */
  readonly #groups = new Map<string, Group>()

  constructor(rules: SocketRules, limits: ConnectionLimits) {
    this.#rules = rules
    this.#limits = limits
  }

  /** Undefined: there are as many as there may be, and all are in use. */
  take(url: URL, lane: string): Loan | undefined {
    const group = this.#group(`${url.origin} ${lane}`)
    const connection = group && (group.idle.pop() ?? this.#open(url, group))
    if (!group || !connection) return undefined
    return {
      connection,
      giveBack: () => {
        group.idle.push(connection)
      },
      discard: () => {
        void this.#drop(connection, group)
      },
    }
  }

  async close(): Promise<void> {
    const all = [...this.#groups.values()].flatMap((group) => [...group.all].map((one) => this.#drop(one, group)))
    await Promise.all(all)
  }

  #group(key: string): Group | undefined {
    const known = this.#groups.get(key)
    if (!known && this.#groups.size >= this.#limits.origins && !this.#dropIdleGroup()) return undefined
    const group = known ?? { key, all: new Set(), idle: [] }
    this.#groups.delete(key)
    this.#groups.set(key, group)
    return group
  }

  #open(url: URL, group: Group): Connection | undefined {
    if (group.all.size >= this.#limits.perOrigin) return undefined
    const connection = new Connection(url.origin, this.#rules, () => {
      // One that is in use opens itself again, or its request has failed and discards it.
      if (group.idle.includes(connection)) void this.#drop(connection, group)
    })
    group.all.add(connection)
    return connection
  }

  async #drop(connection: Connection, group: Group): Promise<void> {
    group.all.delete(connection)
    const at = group.idle.indexOf(connection)
    if (at !== -1) group.idle.splice(at, 1)
    if (group.all.size === 0) this.#groups.delete(group.key)
    await connection.destroy()
  }

  /** Makes room by closing the connections of the group that has been unused for longest. */
  #dropIdleGroup(): boolean {
    for (const group of this.#groups.values()) {
      if (group.idle.length < group.all.size) continue
      for (const connection of [...group.all]) void this.#drop(connection, group)
      return true
    }
    return false
  }
}
