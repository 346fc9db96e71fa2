import type { EventNews } from '../../../core/events/event-news.js'
import type { GatewayEvent } from '../../../core/events/event.js'
import { assertNever } from '../../assert-never.js'
import type { MediaUrl } from '../content-replies.js'
import { eventReply } from '../event-replies.js'
import type { ProblemReply } from '../replies.js'

/** Those who follow the end of a log are given the same events: each is encoded once, and no socket has bytes of its own. */
const eventFrames = new WeakMap<GatewayEvent, Buffer>()

export function newsFrame(news: EventNews, mediaUrl: MediaUrl): Buffer {
  switch (news.kind) {
    case 'event':
      return eventFrame(news.event, mediaUrl)
    case 'caught-up':
      return frame({ caughtUp: { instance: news.instance, seq: news.seq } })
    case 'expired':
      return frame({ expired: { instance: news.instance, ...news.range } })
    case 'gone':
      return frame({ gone: { instance: news.instance } })
    case 'following':
      return frame({ following: news.instances })
    default:
      return assertNever(news)
  }
}

export function heartbeatFrame(now: Date): Buffer {
  return frame({ heartbeat: now.toISOString() })
}

export function errorFrame(error: ProblemReply): Buffer {
  return frame({ error })
}

function eventFrame(event: GatewayEvent, mediaUrl: MediaUrl): Buffer {
  const known = eventFrames.get(event)
  if (known !== undefined) return known
  const made = frame({ event: eventReply(event, mediaUrl) })
  eventFrames.set(event, made)
  return made
}

function frame(content: object): Buffer {
  return Buffer.from(JSON.stringify(content))
}
