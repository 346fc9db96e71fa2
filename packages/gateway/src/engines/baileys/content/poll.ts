import type { proto } from 'baileys'
import type { PollContent } from '../../../core/messages/content.js'
import { bounds, cut, first } from './bounds.js'

export function readPoll(message: proto.Message.IPollCreationMessage): PollContent {
  const options = first(message.options, bounds.options).map(({ optionName }) => cut(optionName, bounds.line))
  return {
    kind: 'poll',
    question: cut(message.name, bounds.line),
    options: [...new Set(options)],
    multiple: message.selectableOptionsCount !== 1,
  }
}

/** Two kinds, as the library's `generateWAMessageContent` chooses between them. */
export function writePoll({ question, options, multiple }: PollContent): proto.IMessage {
  const poll = {
    name: question,
    options: options.map((optionName) => ({ optionName })),
    selectableOptionsCount: multiple ? 0 : 1,
  }
  return multiple ? { pollCreationMessage: poll } : { pollCreationMessageV3: poll }
}
