import type { ReceivedEvent } from '../events/event.js'

/**
 * The same with what the address of a chat tells of the person in it: number and LID are one. Said before what it came
 * with, so that the chat is the right one already; the store leaves out what is no news.
 */
export function withResolutions(events: readonly ReceivedEvent[]): readonly ReceivedEvent[] {
  const said = new Set(events.flatMap(({ kind, data }) => (kind === 'contact.phone-resolved' ? [data.lid] : [])))
  return events.flatMap((event): ReceivedEvent[] => {
    if (!('chatPhone' in event.data)) return [event]
    const { chatPhone: phone, chatLid: lid } = event.data
    if (phone === null || lid === null || said.has(lid)) return [event]
    said.add(lid)
    return [{ kind: 'contact.phone-resolved', data: { id: `${phone}@s.whatsapp.net`, phone, lid } }, event]
  })
}
