import { GatewayError } from '../errors/gateway-error.js'
import type { Connection } from '../ports/engine.js'
import { isAct, type OutgoingContent } from './act.js'
import { isFile } from './content.js'
import type { FileResolver } from './file-resolver.js'
import type { OutgoingMessage } from './message.js'

/** Hands messages to WhatsApp, each with a local copy of its file where there is one. */
export class Departure {
  readonly #files: Pick<FileResolver, 'path'>

  constructor({ files }: { readonly files: Pick<FileResolver, 'path'> }) {
    this.#files = files
  }

  /** Rejects as `Connection.send` does, and with `media-unavailable` for a file that is neither here nor at WhatsApp. */
  async send(connection: Connection, { chat, id, content, audience }: OutgoingMessage): Promise<void> {
    const file = fileOf(content)
    const copy = file && (await this.#files.path(file))
    if (file && !copy && file.handle === undefined) {
      throw new GatewayError('media-unavailable', 'The file of this message is not here any more.')
    }
    try {
      await connection.send({ chat, id, content, audience, ...(copy && { path: copy.path }) })
    } finally {
      await copy?.release()
    }
  }
}

function fileOf(content: OutgoingContent) {
  return isAct(content) || !isFile(content) ? undefined : content.file
}
