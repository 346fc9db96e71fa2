import type { GatewayEvent } from '../../core/events/event.js'
import { personId, vendorId } from './chat-ids.js'
import { readSince } from './journal.js'
import { callWords } from './notifications.js'
import type { Call, Method, Room } from './room.js'
import { switchesOf } from './switches.js'

type CallEvent = Extract<GatewayEvent, { kind: 'call' }>

const page = 500
const mostEvents = 10_000

/** Calls to the account, the newest first, each as it ended. Of calls that the account makes WhatsApp tells a linked device nothing. */
export function callJournalMethods({ gateway: { events }, shelf, clock }: Room): readonly Method[] {
  return [
    {
      name: 'lastIncomingCalls',
      verb: 'GET',
      perSecond: 1,
      async answer(call) {
        const told = await since(call, readSince(call.query, clock.now()))
        const { byLid } = switchesOf(await shelf.read(call.caller, call.instance))
        return oneForEach(told).map((event) => callReply(event, byLid))
      },
    },
    {
      name: 'lastOutgoingCalls',
      verb: 'GET',
      perSecond: 1,
      async answer({ query }) {
        readSince(query, clock.now())
        return []
      },
    },
  ]

  async function since({ caller, instance }: Call, from: Date): Promise<CallEvent[]> {
    const found: CallEvent[] = []
    let before: number | undefined
    while (found.length < mostEvents) {
      const query = { kinds: ['call'], limit: page, ...(before !== undefined && { before }) } as const
      const read = await events.latest(caller, instance, query)
      found.push(...read.filter((event) => event.kind === 'call').filter(({ time }) => time >= from))
      const last = read.at(-1)
      if (last === undefined || read.length < page || last.time < from) break
      before = last.seq
    }
    return found
  }
}

/** The newest word about each call for which the vendor has one, at the time at which it began. */
function oneForEach(told: readonly CallEvent[]): CallEvent[] {
  const calls = new Map<string, CallEvent>()
  for (const event of told) {
    const newer = calls.get(event.data.id)
    const { data } = newer !== undefined && callWords[newer.data.status] !== null ? newer : event
    calls.set(event.data.id, { ...event, data })
  }
  return [...calls.values()].filter(({ data }) => callWords[data.status] !== null)
}

function callReply({ data, time }: CallEvent, byLid: boolean): object {
  return {
    type: 'incoming',
    idMessage: data.id,
    timestamp: Math.floor(time.getTime() / 1000),
    typeMessage: 'incomingCall',
    chatId: data.group === null ? personId(data.from, data, byLid) : vendorId(data.group),
    isVideo: data.video,
    status: callWords[data.status],
    isGroup: data.group !== null,
  }
}
