import { randomInt } from 'node:crypto'
import { ApiError, type Client, type Link } from '@gangway/sdk'
import type { Target } from '../target.js'

/** A virtual phone that does what the steps ask for, as soon as they do. */
export class EagerPhone {
  readonly #client: Client
  readonly #wanted: string | undefined
  #number: string | undefined

  /** `number`: the one that is expected, if any is. */
  constructor(client: Client, number: string | undefined) {
    this.#client = client
    this.#wanted = number
  }

  /** Resolves with what it did, for the screen; undefined where nothing was asked of it, or not for the first time. */
  async obey(step: Link): Promise<string | undefined> {
    if (this.#number !== undefined || (step.step !== 'scan' && step.step !== 'type-code')) return undefined
    const number = await this.#register()
    this.#number = number
    // From the picture, as a camera would; the text would do as well.
    if (step.step === 'scan') await this.#client.phones.scan(number, { image: step.png })
    else await this.#client.phones.enterCode(number, step.code)
    return `A virtual phone, +${number}, ${step.step === 'scan' ? 'scans the QR' : 'types the code'}.`
  }

  /** A number that is registered already is one of ours, or the scan will say that it is not. */
  async #register(): Promise<string> {
    const wanted = this.#wanted?.replace(/\D/g, '')
    try {
      return (await this.#client.phones.create(wanted === undefined ? {} : { number: wanted })).number
    } catch (error) {
      if (wanted !== undefined && error instanceof ApiError && error.code === 'number-taken') return wanted
      throw error
    }
  }
}

/** One line for a shell that makes a virtual phone and shows it the QR of this moment. */
export function scanInShell({ url, keyInShell }: Target, instance: string, number = freeNumber()): string {
  const phones = `"$B"/sandbox/phones`
  const picture = `$(curl -s -H "$A" "$B"/instances/${instance}/link/qr.png | base64 | tr -d '\\n')`
  return [
    `B=${url}/api/v1; A="authorization: Bearer ${keyInShell}"; J='content-type: application/json'`,
    `curl -s -H "$A" -H "$J" -d '{"number":"${number}"}' ${phones}`,
    `curl -s -H "$A" -H "$J" -d '{"image":"'"${picture}"'"}' ${phones}/${number}/scan`,
  ].join('; ')
}

/** In a range that no country has. */
function freeNumber(): string {
  return `99992${randomInt(1_000_000, 9_999_999)}`
}
