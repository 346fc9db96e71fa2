import { randomBytes } from 'node:crypto'
import { SimulatorError } from '../errors.js'
import type { Candidate } from './candidate.js'

const refsPerOffer = 6
/** Refs of the past, remembered so that a late scan is told apart from a wrong one. */
const pastRefsKept = 1000

interface Ref {
  readonly candidate: Candidate
  readonly validUntil: number
}

/** The references in QR codes: each is bound to the connection it was given to, and ends with it. */
export class Refs {
  readonly lifetime: number
  readonly #valid = new Map<string, Ref>()
  readonly #past = new Set<string>()

  constructor(lifetime: number) {
    this.lifetime = lifetime
  }

  offer(candidate: Candidate): string[] {
    return Array.from({ length: refsPerOffer }, () => {
      const ref = `2@${randomBytes(72).toString('base64url')}`
      this.#valid.set(ref, { candidate, validUntil: performance.now() + this.lifetime })
      return ref
    })
  }

  /** Whose it is. Rejects a ref that never was or no longer is. */
  candidateOf(ref: string): Candidate {
    const found = this.#valid.get(ref)
    if (found && performance.now() <= found.validUntil) return found.candidate
    if (found || this.#past.has(ref)) throw new SimulatorError('qr-expired', 'this code is not shown any more')
    throw new SimulatorError('qr-not-valid', 'no companion has shown this code')
  }

  withdraw(candidate: Candidate): void {
    for (const [ref, { candidate: owner }] of this.#valid) {
      if (owner !== candidate) continue
      this.#valid.delete(ref)
      this.#past.add(ref)
    }
    for (const ref of this.#past) {
      if (this.#past.size <= pastRefsKept) break
      this.#past.delete(ref)
    }
  }
}
