import type { PhoneContent as SimulatedContent, PhoneMessage, VirtualPhone } from '@gangway/simulator'
import type { PhoneAct, PhoneContent, PhoneFileContent, SandboxMessage } from '../core/ports/sandbox.js'
import { assertNever } from '../dialects/assert-never.js'

/** What a phone is to say, as the simulator has it. */
export function simulatedContent(content: PhoneContent): SimulatedContent {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', text: content.text, ...content.style }
    case 'contacts':
      return { kind: 'contacts', contacts: content.contacts.map(({ name, phone }) => ({ name, number: phone })) }
    case 'poll': {
      const { question, options, multiple } = content
      return { kind: 'poll', question, options, selectable: multiple ? 0 : 1 }
    }
    case 'group-invite': {
      const { group, caption } = content
      return { kind: 'group-invite', group, ...(caption !== undefined && { text: caption }) }
    }
    case 'list':
      return {
        ...content,
        sections: content.sections.map(({ title, rows }) => ({
          title,
          rows: rows.map(({ title: text, ...row }) => ({ ...row, text })),
        })),
      }
    case 'location':
    case 'live-location':
    case 'buttons':
      return content
    default:
      return simulatedFile(content)
  }
}

function simulatedFile({ kind, name, animated, ...file }: PhoneFileContent): SimulatedContent {
  return {
    ...file,
    kind: kind === 'voice' ? 'audio' : kind,
    ...(kind === 'voice' && { voice: true }),
    ...(name !== undefined && { fileName: name }),
    ...(animated !== undefined && { gif: animated }),
  }
}

export async function simulatedAct(phone: VirtualPhone, act: PhoneAct): Promise<PhoneMessage> {
  switch (act.kind) {
    case 'reaction':
      return phone.react(act.target, act.emoji ?? '')
    case 'edit':
      return phone.edit(act.target, act.text)
    case 'delete':
      return phone.revoke(act.target)
    case 'poll-vote':
      return phone.vote(act.target, act.options)
    case 'pin':
      return phone.pin(act.target, act.seconds ?? 0)
    case 'forward':
      return phone.forward(act.target, act.to)
    case 'choose':
      return phone.choose(act.target, act.option)
    default:
      return assertNever(act)
  }
}

export function sandboxMessage(message: PhoneMessage): SandboxMessage {
  const { id, from, to, kind, text, status, timestamp, receipts, media } = message
  return {
    id,
    from,
    to,
    kind,
    text,
    about: message.about ?? null,
    mentions: message.mentions ?? [],
    forwarded: message.forwarded ?? 0,
    viewOnce: message.viewOnce ?? false,
    options: message.options ?? [],
    choices: message.choices ?? [],
    file: media ? { mimetype: media.mimetype, size: media.size, name: media.fileName ?? null } : null,
    status,
    receipts,
    timestamp,
  }
}
