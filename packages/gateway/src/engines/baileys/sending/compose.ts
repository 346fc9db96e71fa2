import { randomBytes } from 'node:crypto'
import { proto } from 'baileys'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { isAct, type MessageAct } from '../../../core/messages/act.js'
import { isFile, type Content } from '../../../core/messages/content.js'
import type { EngineMessage } from '../../../core/ports/engine.js'
import { writeContent, type Writing } from '../content/write-content.js'
import { fileToSend } from '../media/file-to-send.js'
import type { Session } from '../session.js'
import { messageIn } from './journal.js'
import { writeAct } from './message-acts.js'

/** The message that says what was handed in, its file uploaded; votes apart, which are made where polls are kept. */
export async function compose(
  session: Session,
  { content, path }: EngineMessage & { content: Content | Exclude<MessageAct, { kind: 'poll-vote' }> },
  writing: Writing,
): Promise<proto.IMessage> {
  return isAct(content) ? composeAct(session, content, writing) : composeContent(session, content, writing, path)
}

async function composeAct(
  session: Session,
  act: Exclude<MessageAct, { kind: 'poll-vote' }>,
  writing: Writing,
): Promise<proto.IMessage> {
  const before = act.kind === 'edit' ? await session.keys.sent(act.target.id) : undefined
  return writeAct(act, writing, before && messageIn(before).message)
}

async function composeContent(
  session: Session,
  content: Content,
  writing: Writing,
  path: string | undefined,
): Promise<proto.IMessage> {
  const remote = isFile(content) ? await fileToSend(session, content, path) : undefined
  const message = writeContent(content, writing, remote)
  if (!message) throw new GatewayError('not-supported', `Content of kind '${content.kind}' cannot be sent.`)
  // With it others encrypt what refers to this message, votes and comments among it; clients put one into each.
  return { ...message, messageContextInfo: { messageSecret: randomBytes(32) } }
}
