import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { InstanceRef } from '#gateway/core/instances/instance.js'
import { noon, ownedInstance, stateEvent } from './sample.js'
import { openSqlite } from './sqlite-folder.js'

type Action =
  | { readonly kind: 'claim' }
  /** Several commits handed in at once, each from whatever epoch its writer believes in. */
  | { readonly kind: 'commit'; readonly all: readonly { instance: number; behind: number; events: number }[] }

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'claim' }) },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.record({ instance: fc.nat(2), behind: fc.nat(2), events: fc.nat(3) }), { minLength: 1, maxLength: 8 })
      .map((all): Action => ({ kind: 'commit', all })),
  },
)

test('whatever is committed from whatever epoch, numbers are gapless and old owners write nothing', async () => {
  const { store } = await openSqlite()
  const property = fc.asyncProperty(fc.array(action, { maxLength: 15 }), async (actions) => {
    const owned = await Promise.all(Array.from({ length: 3 }, () => ownedInstance(store)))
    const model = owned.map(({ ref }) => ({ ref, ids: [] as string[] }))
    let epoch = 1
    for (const step of actions) {
      if (step.kind === 'claim') {
        const claimed = await store.instances.claimAll()
        epoch++
        for (const { ref } of model) expect(claimed.find(({ instance }) => instance.id === ref.id)?.epoch).toBe(epoch)
        continue
      }
      const outcomes = await Promise.allSettled(
        step.all.map(({ instance, behind, events }) => {
          const ref: InstanceRef = { id: model[instance]?.ref.id ?? fail(), epoch: epoch - behind }
          return store.instances.commit(ref, { at: noon, events: Array.from({ length: events }, stateEvent) })
        }),
      )
      for (const [at, outcome] of outcomes.entries()) {
        const { instance = 0, behind = 0, events = 0 } = step.all[at] ?? {}
        const { ids } = model[instance] ?? fail()
        if (behind > 0) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'stale-owner' } })
          continue
        }
        if (outcome.status === 'rejected') throw outcome.reason as GatewayError
        const first = ids.length + 2
        expect(outcome.value.events.map((event) => event.seq)).toEqual(
          Array.from({ length: events }, (_, n) => first + n),
        )
        ids.push(...outcome.value.events.map((event) => event.id))
      }
    }
    for (const { ref, ids } of model) {
      const events = await store.events.read(ref.id, { after: 1, limit: 1000 })
      expect(events.map((event) => event.id)).toEqual(ids)
      expect(events.map((event) => event.seq)).toEqual(ids.map((_, at) => at + 2))
    }
  })
  await fc.assert(property, { numRuns: 60 })
  await store.close()
})

function fail(): never {
  throw new Error('the model has three instances')
}
