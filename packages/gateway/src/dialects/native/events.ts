import type { EventNewsOf } from '../../core/events/event-news.js'
import { callerOf } from './auth.js'
import type { MediaUrl } from './content-replies.js'
import { eventJson, EventPage, eventPageReply } from './event-replies.js'
import { ref } from './replies.js'
import { EventsQuery, EventStreamHeaders, EventStreamQuery, InstanceParams, readInstanceId } from './requests.js'
import { type Routes, untilGone } from './room.js'
import { type ServerEvent, streamEvents } from './sse.js'

const tags = ['Events']
const usualPage = 100

export const eventRoutes: Routes = (scope, { gateway: { events }, closing, clock, mediaUrl }) => {
  scope.get(
    '/instances/:id/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'Read the log of events',
        description:
          'In order of `seq`, which has no gaps. `next` is to be passed as `after`; it is null when there was nothing ' +
          'new. With `wait`, an empty page is held back until there is news. A page ends early at about 1 MiB. Where ' +
          'events have expired that `after` asks for, `expired` names them and the page goes on with the oldest that is kept.',
        tags,
        params: InstanceParams,
        querystring: EventsQuery,
        response: { 200: ref(EventPage) },
      },
    },
    async (request, reply) => {
      const { after, limit = usualPage, wait, kind } = request.query
      const page = await events.read(callerOf(request), readInstanceId(request.params.id), {
        after: after ?? 0,
        limit,
        ...(kind === undefined ? {} : { kinds: kind }),
        ...(wait === undefined ? {} : { wait: wait * 1000, signal: untilGone(reply, closing) }),
      })
      return eventPageReply(page, after, mediaUrl)
    },
  )

  scope.get(
    '/instances/:id/events/stream',
    {
      exposeHeadRoute: false,
      config: { produces: 'text/event-stream' },
      schema: {
        operationId: 'streamEvents',
        summary: 'Follow the log of events',
        description:
          'Server-Sent Events without a name: everything after `after`, then each as it is committed. `id` is the ' +
          '`seq`, so a browser that reconnects goes on where it was. Where events have expired that were asked for, ' +
          'one called `expired` comes first, with the `from` and `to` of what is missing. A reader that takes nothing for ' +
          '30 s is cut.',
        tags,
        params: InstanceParams,
        querystring: EventStreamQuery,
        headers: EventStreamHeaders,
      },
    },
    async (request, reply) => {
      const [caller, id] = [callerOf(request), readInstanceId(request.params.id)]
      const cursor = request.headers['last-event-id'] ?? request.query.after
      const after = cursor === undefined ? 'start' : Number(cursor)
      // The first event may be far off, and a refusal still needs its status.
      await events.read(caller, id, { after: 0, limit: 1 })
      const signal = untilGone(reply, closing)
      await streamEvents(reply, serverEvents(events.stream(caller, id, after, signal), mediaUrl), signal, clock)
    },
  )
}

async function* serverEvents(
  news: AsyncIterable<EventNewsOf<'event' | 'expired'>>,
  mediaUrl: MediaUrl,
): AsyncGenerator<ServerEvent> {
  for await (const one of news) {
    if (one.kind === 'event') yield { id: one.event.seq, data: eventJson(one.event, mediaUrl) }
    // With an id, so that whoever comes back is not told once more.
    else yield { id: one.range.to, event: 'expired', data: JSON.stringify({ instance: one.instance, ...one.range }) }
  }
}
