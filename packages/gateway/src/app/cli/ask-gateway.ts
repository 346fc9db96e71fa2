import { ApiError, createClient, UnexpectedAnswerError, type Client } from '@gangway/sdk'
import type { Target } from './target.js'

/** Does something with the gateway. Rejects with one sentence for the person who typed the command. */
export async function askGateway<Answer>(target: Target, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
  const { url, key, keyFrom } = target
  if (key === undefined) throw await keyless(target)
  try {
    return await ask(createClient({ baseUrl: url, key }))
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') {
      throw new Error(`The gateway at ${url} does not accept this key (${keyFrom}).`, { cause: error })
    }
    if (error instanceof UnexpectedAnswerError) {
      throw new Error(`What answers at ${url} is not a Gangway (status ${error.status}): check --url.`, {
        cause: error,
      })
    }
    if (isCut(error)) throw new Error(`The gateway at ${url} went away.`, { cause: error })
    if (isUnreachable(error)) throw unanswered(url, error)
    throw error
  }
}

/** Without a key it still matters first whether there is a gateway at all. */
async function keyless({ url, keyFrom }: Target): Promise<Error> {
  try {
    await (await fetch(`${url}/healthz`)).body?.cancel()
  } catch (error) {
    return unanswered(url, error)
  }
  return new Error(
    `The gateway at ${url} wants a key and there is no ${keyFrom}: ` +
      'use --key, or set GANGWAY_ADMIN_KEY or GANGWAY_DATA_DIR as for the gateway.',
  )
}

function unanswered(url: string, cause: unknown): Error {
  return new Error(`No gateway answers at ${url}. Start it with npm start, or say with --url where it is.`, { cause })
}

/** What `fetch` throws when there was no answer; its cause says why. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed'
}

/** What reading throws when the other side closes in the middle of an answer. */
function isCut(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'terminated'
}
