import { lookup, Resolver } from 'node:dns/promises'

/** Where names are looked up. */
export interface Names {
  /** The addresses of a host. Rejects, or finds none, where there is no such host. */
  addresses(name: string): Promise<readonly string[]>
  /** Gives up what is being looked up. */
  close(): void
}

/**
 * How long the first try may take, in ms, and how many tries there are, each longer than the one before. A name server that
 * has answered quickly so far is given less time, so there are a few more for the names that it has to ask about itself.
 */
const patience = { timeout: 2_000, tries: 4 }

/**
 * As the name servers say, asked without a thread. The system's own resolver keeps a thread for as long as a name server
 * is silent, and Node gives it two: the names of somebody whose servers do not answer would hold up everybody else's for
 * minutes. The hosts file is not read; what stands there is not public anyway.
 */
export function publicNames(): Names {
  const resolver = new Resolver(patience)
  return {
    async addresses(name) {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    },
    close() {
      resolver.cancel()
    },
  }
}

/** As this machine knows them, its hosts file included: for closed networks. */
export function systemNames(): Names {
  return {
    async addresses(name) {
      const found = await lookup(name, { all: true })
      return found.map(({ address }) => address)
    },
    close() {
      // The system's resolver cannot be called off.
    },
  }
}
