import type { Fault, PoisonForm } from '../api.js'
import { Fields } from './fields.js'

const poisonForms = [
  'garbled',
  'not-protobuf',
  'unavailable',
  'view-once',
  'unknown-encryption',
  'unknown-content',
] as const satisfies readonly PoisonForm[]

type Readers = { readonly [Kind in Fault['kind']]: (fields: Fields) => Extract<Fault, { kind: Kind }> }

/** What each kind has besides `number` and `times`. */
const readers: Readers = {
  'refuse-login': (fields) => ({ kind: 'refuse-login', reason: fields.integer('reason', 100, 999) }),
  'stream-error': (fields) => ({ kind: 'stream-error', code: fields.integer('code', 100, 999) }),
  conflict: (fields) => ({ kind: 'conflict', type: fields.choice('type', ['replaced', 'device_removed']) }),
  'close-socket': () => ({ kind: 'close-socket' }),
  silence: () => ({ kind: 'silence' }),
  delay: (fields) => ({ kind: 'delay', ms: fields.integer('ms', 0, 3_600_000) }),
  duplicate: () => ({ kind: 'duplicate' }),
  reorder: (fields) => {
    const count = fields.optionalInteger('count', 2, 1000)
    return { kind: 'reorder', ...(count !== undefined && { count }) }
  },
  poison: (fields) => ({ kind: 'poison', form: fields.choice('form', poisonForms) }),
  'lose-ack': () => ({ kind: 'lose-ack' }),
  'withhold-ack': () => ({ kind: 'withhold-ack' }),
  'late-ack': (fields) => ({ kind: 'late-ack', ms: fields.integer('ms', 0, 3_600_000) }),
  'refuse-message': (fields) => ({ kind: 'refuse-message', error: fields.integer('error', 100, 999) }),
  unreadable: () => ({ kind: 'unreadable' }),
}

/** The fault that a JSON object describes. */
export function readFault(body: unknown): Fault {
  return Fields.all(body, (fields) => {
    const number = fields.optionalText('number')
    const times = fields.optionalInteger('times', 1, 1_000_000)
    return {
      ...readers[fields.choice('kind', Object.keys(readers) as Fault['kind'][])](fields),
      ...(number !== undefined && { number }),
      ...(times !== undefined && { times }),
    }
  })
}
