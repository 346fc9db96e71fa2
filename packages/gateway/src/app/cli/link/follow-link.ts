import type { Client, Link } from '@gangway/sdk'

/** How an attempt went that did not end with a linked account. */
export class LinkFailed extends Error {
  readonly code: string

  constructor(code: string, message: string, hint?: string) {
    super(hint === undefined ? message : `${message} ${hint}`)
    this.name = 'LinkFailed'
    this.code = code
  }
}

/** Shows each step of the attempt that is alive, and resolves with the number that was linked. */
export async function followLink(
  client: Client,
  instance: string,
  show: (step: Link) => void | Promise<void>,
): Promise<string> {
  for await (const step of client.links.watch(instance)) {
    await show(step)
    if (step.step === 'linked') return step.phone
    if (step.step === 'failed') throw new LinkFailed(step.error.code, step.error.detail, step.error.hint)
  }
  throw new LinkFailed('link-interrupted', 'The gateway is stopping.', 'Start again when it is back.')
}
