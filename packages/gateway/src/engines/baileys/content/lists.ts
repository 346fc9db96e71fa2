import { proto } from 'baileys'
import type { ListContent, ListReplyContent, ListSection } from '../../../core/messages/content.js'
import { bounds, cut, first, given } from './bounds.js'

/** Nothing for a list of products, which is a catalogue. */
export function readList(message: proto.Message.IListMessage): ListContent | undefined {
  if (message.productListInfo) return undefined
  return {
    kind: 'list',
    ...given('title', message.title, bounds.line),
    text: cut(message.description, bounds.text),
    ...given('footer', message.footerText, bounds.line),
    button: cut(message.buttonText, bounds.line),
    sections: first(message.sections, bounds.sections).map(readSection),
  }
}

function readSection({ title, rows }: proto.Message.ListMessage.ISection): ListSection {
  return {
    title: cut(title, bounds.line),
    rows: first(rows, bounds.rows).map((row) => ({
      id: cut(row.rowId, bounds.line),
      title: cut(row.title, bounds.line),
      ...given('description', row.description, bounds.line),
    })),
  }
}

export function readListReply(message: proto.Message.IListResponseMessage): ListReplyContent {
  return {
    kind: 'list-reply',
    id: cut(message.singleSelectReply?.selectedRowId, bounds.line),
    title: cut(message.title, bounds.line),
    ...given('description', message.description, bounds.line),
  }
}

export function writeList({ title, text, footer, button, sections }: ListContent): proto.IMessage {
  return {
    listMessage: {
      title: title ?? '',
      description: text,
      buttonText: button,
      listType: proto.Message.ListMessage.ListType.SINGLE_SELECT,
      ...(footer !== undefined && { footerText: footer }),
      sections: sections.map((section) => ({
        title: section.title,
        rows: section.rows.map((row) => ({
          rowId: row.id,
          title: row.title,
          ...(row.description !== undefined && { description: row.description }),
        })),
      })),
    },
  }
}

export function writeListReply({ id, title, description }: ListReplyContent): proto.IMessage {
  return {
    listResponseMessage: {
      title,
      listType: proto.Message.ListResponseMessage.ListType.SINGLE_SELECT,
      singleSelectReply: { selectedRowId: id },
      ...(description !== undefined && { description }),
    },
  }
}
