import type { InstanceId } from '../../core/ids.js'
import { Refused } from './errors.js'
import { readReceiptId, readReceiveTimeout } from './requests.js'
import type { Call, Method, Room } from './room.js'

const format = 'green-api'
/** As many of one instance wait at the same time; whoever comes on top is answered at once with what is there. */
const mostWaiting = 10

const empty = Buffer.from('null')

/** The notifications of an instance, fetched one at a time: the oldest again and again, until it is deleted. */
export function queueMethods({ gateway, shelf }: Room): readonly Method[] {
  const { subscriptions, instances } = gateway
  const waiting = new Map<InstanceId, number>()
  return [
    {
      name: 'receiveNotification',
      verb: 'GET',
      perSecond: 100,
      async answer(call) {
        const seconds = readReceiveTimeout(call.query)
        await requireQueue(call)
        const head = await inLine(call.instance, (mayWait) =>
          subscriptions.head(
            call.caller,
            call.instance,
            format,
            mayWait ? { wait: seconds * 1000, signal: call.untilGone() } : {},
          ),
        )
        if (head === null) return empty
        return Buffer.from(`{"receiptId":${head.seq},"body":${Buffer.from(head.delivery.body).toString()}}`)
      },
    },
    {
      name: 'deleteNotification',
      verb: 'DELETE',
      perSecond: 100,
      takesId: true,
      async answer(call) {
        const receiptId = readReceiptId(call.pathId)
        await requireQueue(call)
        return { result: await subscriptions.removeHead(call.caller, call.instance, format, receiptId) }
      },
    },
  ]

  async function requireQueue({ caller, instance }: Call): Promise<void> {
    const { settings } = await shelf.read(caller, instance)
    if ((settings.webhookUrl ?? '') === '') return
    const { serial } = await instances.get(caller, instance)
    throw new Refused(
      'bad-request',
      'Message cannot be received because custom webhook url is set. Go to cabinet, clear webhook url for instance: ' +
        `${serial} and wait for about 1 minute for another attempt`,
    )
  }

  async function inLine<T>(instance: InstanceId, ask: (mayWait: boolean) => Promise<T>): Promise<T> {
    const others = waiting.get(instance) ?? 0
    if (others >= mostWaiting) return ask(false)
    waiting.set(instance, others + 1)
    try {
      return await ask(true)
    } finally {
      const left = (waiting.get(instance) ?? 1) - 1
      if (left === 0) waiting.delete(instance)
      else waiting.set(instance, left)
    }
  }
}
