import { randomBytes } from 'node:crypto'
import { aesDecryptGCM, aesEncryptGCM, hkdf, proto, type BinaryNode } from 'baileys'
import type { Batch } from '../store/store.js'
import { numberJid, readAddress } from '../wire/addresses.js'
import { bytesOf, child, element, unixSeconds } from '../wire/nodes.js'
import type { Correspondent } from './correspondent.js'
import { fileOf, tokenOf } from './files.js'

const results = proto.MediaRetryNotification.ResultType

/** A companion could not download a file any more: the phone uploads it again, if it has it, and says where it is now. */
export function answerFileRequest(phone: Correspondent, request: BinaryNode, batch: Batch): void {
  const { id = '', from } = request.attrs
  const mailbox = phone.network.mailboxOf(phone.account, readAddress(from)?.device ?? 0)
  if (mailbox === undefined) return
  const attrs = { id, type: 'mediaretry', from: numberJid(phone.number), t: unixSeconds() }
  const about = child(request, 'rmr') ?? element('rmr')
  phone.network.post.post(mailbox, element('notification', attrs, [about, answerTo(phone, id, request)]), batch)
}

function answerTo(phone: Correspondent, id: string, request: BinaryNode): BinaryNode {
  const message = phone.log.withId(id)
  const file = message && fileOf(message.content)
  const mediaKey = file?.fields.mediaKey
  // Without the message there is no key to answer with.
  if (file === undefined || !mediaKey) return element('error', { code: results.NOT_FOUND.toString() })
  const key = Buffer.from(hkdf(mediaKey, 32, { info: 'WhatsApp Media Retry Notification' }))
  const { media } = phone.network
  const token = tokenOf(file.fields)
  if (!isAskedWith(key, id, request)) return sealed(key, id, { result: results.DECRYPTION_ERROR })
  if (message?.media?.downloaded !== true || token === undefined || !media.has(token)) {
    return sealed(key, id, { result: results.NOT_FOUND })
  }
  const { directPath } = media.publish(file.path, token)
  return sealed(key, id, { result: results.SUCCESS, directPath })
}

/** Who asks shows by its encryption that it has the message. */
function isAskedWith(key: Buffer, id: string, request: BinaryNode): boolean {
  const parts = child(request, 'encrypt')
  const [ciphertext, iv] = [bytesOf(child(parts, 'enc_p')), bytesOf(child(parts, 'enc_iv'))]
  if (ciphertext === undefined || iv === undefined) return false
  try {
    return proto.ServerErrorReceipt.decode(aesDecryptGCM(ciphertext, key, iv, Buffer.from(id))).stanzaId === id
  } catch {
    return false
  }
}

function sealed(key: Buffer, id: string, answer: proto.IMediaRetryNotification): BinaryNode {
  const iv = randomBytes(12)
  const plaintext = proto.MediaRetryNotification.encode({ stanzaId: id, ...answer }).finish()
  return element('encrypt', {}, [
    element('enc_p', {}, aesEncryptGCM(plaintext, key, iv, Buffer.from(id))),
    element('enc_iv', {}, iv),
  ])
}
