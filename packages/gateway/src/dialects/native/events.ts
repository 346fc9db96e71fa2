import type { GatewayEvent } from '../../core/events/event.js'
import { callerOf } from './auth.js'
import { EventPage, eventReply, ref } from './replies.js'
import { EventsQuery, EventStreamHeaders, EventStreamQuery, InstanceParams, readInstanceId } from './requests.js'
import { type Routes, untilGone } from './room.js'
import { type ServerEvent, streamEvents } from './sse.js'

const tags = ['Events']
const usualPage = 100

export const eventRoutes: Routes = (scope, { gateway: { events }, closing, clock }) => {
  scope.get(
    '/instances/:id/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'Read the log of events',
        description:
          'In order of `seq`, which has no gaps. `next` is the last `seq` of this page, to be passed as `after`; it is ' +
          'null when there was nothing. With `wait`, an empty page is held back until there is news.',
        tags,
        params: InstanceParams,
        querystring: EventsQuery,
        response: { 200: ref(EventPage) },
      },
    },
    async (request, reply) => {
      const { after = 0, limit = usualPage, wait, kind } = request.query
      const found = await events.read(callerOf(request), readInstanceId(request.params.id), {
        after,
        limit,
        ...(kind === undefined ? {} : { kinds: kind }),
        ...(wait === undefined ? {} : { wait: wait * 1000, signal: untilGone(reply, closing) }),
      })
      return { items: found.map(eventReply), next: found.at(-1)?.seq ?? null }
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
          '`seq`, so a browser that reconnects goes on where it was.',
        tags,
        params: InstanceParams,
        querystring: EventStreamQuery,
        headers: EventStreamHeaders,
      },
    },
    async (request, reply) => {
      const [caller, id] = [callerOf(request), readInstanceId(request.params.id)]
      const after = Number(request.headers['last-event-id'] ?? request.query.after ?? 0)
      // The first event may be far off, and a refusal still needs its status.
      await events.read(caller, id, { after, limit: 1 })
      const signal = untilGone(reply, closing)
      await streamEvents(reply, serverEvents(events.stream(caller, id, after, signal)), signal, clock)
    },
  )
}

async function* serverEvents(events: AsyncIterable<GatewayEvent>): AsyncGenerator<ServerEvent> {
  for await (const event of events) yield { id: event.seq, data: JSON.stringify(eventReply(event)) }
}
