import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { GatewayError } from '../../../core/errors/gateway-error.js'
import { eventKinds } from '../../../core/events/event.js'
import type { FollowAllWish, FollowWish } from '../../../core/gateway.js'
import type { InstanceId } from '../../../core/ids.js'
import { refusal } from '../validation.js'
import { word } from '../word.js'

/** What one message of a client asks for. */
export type Wish =
  | { readonly kind: 'follow'; readonly wishes: readonly FollowWish[] }
  | { readonly kind: 'follow-all'; readonly wish: FollowAllWish }
  | { readonly kind: 'stop'; readonly instances: readonly InstanceId[] | 'all' }

/** In one message; there may be any number of messages. */
const mostInstances = 500
const closed = { additionalProperties: false }
const instance = Type.String({ format: 'uuid' })
const kinds = Type.Optional(Type.Array(word(eventKinds), { minItems: 1, maxItems: eventKinds.length }))

const Follow = Type.Object(
  {
    follow: Type.Array(Type.Object({ instance, after: Type.Optional(Type.Integer({ minimum: 0 })) }, closed), {
      maxItems: mostInstances,
    }),
    kinds,
  },
  closed,
)
const FollowAll = Type.Object(
  { follow: Type.Literal('all'), after: Type.Optional(word(['now', 'start'])), kinds },
  closed,
)
const Stop = Type.Object({ stop: Type.Array(instance, { maxItems: mostInstances }) }, closed)
const StopAll = Type.Object({ stop: Type.Literal('all') }, closed)

const readFollow = reader(Follow)
const readFollowAll = reader(FollowAll)
const readStop = reader(Stop)
const readStopAll = reader(StopAll)

/** Throws `bad-request` for what is not one of them. */
export function readWish(text: string): Wish {
  const message = parse(text)
  if (!('stop' in message)) {
    if (!('follow' in message) || message.follow !== 'all') {
      const { follow, kinds } = readFollow(message)
      return { kind: 'follow', wishes: follow.map((one) => followWish(one, kinds)) }
    }
    const { after = 'now', kinds } = readFollowAll(message)
    return { kind: 'follow-all', wish: { after, ...(kinds && { kinds }) } }
  }
  if (message.stop === 'all') return { kind: 'stop', instances: readStopAll(message).stop }
  return { kind: 'stop', instances: readStop(message).stop.map(instanceId) }
}

type Followed = Static<typeof Follow>

function followWish({ instance, after = -1 }: Followed['follow'][number], kinds: Followed['kinds']): FollowWish {
  return { instance: instanceId(instance), after: after === -1 ? 'now' : after, ...(kinds && { kinds }) }
}

function instanceId(text: string): InstanceId {
  return text.toLowerCase() as InstanceId
}

function parse(text: string): object {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch (cause) {
    throw new GatewayError('bad-request', 'The message is not JSON.', { cause })
  }
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message
  throw new GatewayError('bad-request', 'The message is not a JSON object.')
}

function reader<Schema extends TSchema>(schema: Schema): (message: unknown) => Static<Schema> {
  const compiled = Compile(schema)
  return (message) => {
    if (compiled.Check(message)) return message
    throw refusal('message', compiled.Errors(message))
  }
}
