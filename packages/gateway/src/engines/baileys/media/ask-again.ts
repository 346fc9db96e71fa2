import { decodeMediaRetryNode, decryptMediaRetryData, encryptMediaRetryRequest, proto, type BinaryNode } from 'baileys'
import type { Session } from '../session.js'
import type { Handle, RemoteFile } from './handle.js'

/** How long the sender's phone may take to upload a file once more, in ms. */
const patience = 30_000

/**
 * Has the phone of whoever sent a file upload it again, as the library's `updateMediaMessage` does, which waits for ever.
 * Undefined when it does not, or has it no more.
 */
export async function askAgain({ socket, creds }: Session, { file, origin }: Handle): Promise<RemoteFile | undefined> {
  const me = creds.me?.id
  if (!origin || me === undefined) return undefined
  const { id, chat: remoteJid, fromMe, participant } = origin
  const request = encryptMediaRetryRequest(
    { id, remoteJid, fromMe, ...(participant && { participant }) },
    file.mediaKey,
    me,
  )
  const answer = answerTo(socket.ws, id)
  try {
    await socket.sendNode(request)
    const stanza = await answer.given
    const directPath = stanza && directPathIn(stanza, file, id)
    return directPath ? { ...file, directPath } : undefined
  } finally {
    answer.forget()
  }
}

function directPathIn(stanza: BinaryNode, { mediaKey }: RemoteFile, id: string): string | undefined {
  try {
    const { media } = decodeMediaRetryNode(stanza)
    if (!media) return undefined
    const { result, directPath } = decryptMediaRetryData(media, mediaKey, id)
    return result === proto.MediaRetryNotification.ResultType.SUCCESS ? (directPath ?? undefined) : undefined
  } catch {
    return undefined
  }
}

type Listener = (stanza: BinaryNode) => void

function answerTo(
  ws: Session['socket']['ws'],
  id: string,
): { readonly given: Promise<BinaryNode | undefined>; readonly forget: () => void } {
  let forget = (): void => undefined
  const given = new Promise<BinaryNode | undefined>((resolve) => {
    const lost = (): void => {
      resolve(undefined)
    }
    const timer = setTimeout(lost, patience)
    const onAnswer: Listener = (stanza) => {
      if (stanza.attrs.id === id) resolve(stanza)
    }
    ws.on('CB:notification,type:mediaretry', onAnswer)
    ws.on('close', lost)
    forget = () => {
      clearTimeout(timer)
      ws.off('CB:notification,type:mediaretry', onAnswer)
      ws.off('close', lost)
    }
  })
  return {
    given,
    forget: () => {
      forget()
    },
  }
}
