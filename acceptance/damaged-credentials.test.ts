import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { startWorld, type World } from './world.js'

/** Changes the stopped gateway's database by hand. */
function edit({ gateway }: World, sql: string): void {
  const database = new DatabaseSync(join(gateway.dataDir, 'gangway.db'))
  database.exec(sql)
  database.close()
}

/** How many identities were ever made. */
function identities({ gateway }: World): number {
  const database = new DatabaseSync(join(gateway.dataDir, 'gangway.db'), { readOnly: true })
  const row = database.prepare('select count(*) as number from identities').get() as { number: number }
  database.close()
  return row.number
}

const damages: readonly (readonly [what: string, sql: string])[] = [
  ['cut short', 'update identities set bytes = substr(bytes, 1, length(bytes) - 1)'],
  ['cut to nothing', "update identities set bytes = x''"],
  ['altered', "update identities set bytes = cast(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) as blob)"],
  ['gone', 'delete from identities'],
]

describe('F1: unreadable is not absent', () => {
  test.each(damages)('the identity is %s: storage-error, and nothing is made in its place', async (_what, sql) => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    const other = await world.linked('office')
    await world.gateway.stop()
    edit(world, `${sql} where instance = (select serial from instances where name = 'shop')`)
    const before = identities(world)
    const pairingsBefore = world.whatsapp.history().filter(({ event }) => event === 'paired').length

    await world.gateway.start()
    expect(await world.api.reaches(instance.id, 'storage-error')).toMatchObject({ reason: 'credentials-unreadable' })
    const refused = await world.api.call('POST', `/instances/${instance.id}/link`, { method: 'qr' })
    expect(refused.body).toMatchObject({ code: 'storage-error' })
    // The neighbour in the same database is none the worse.
    await world.api.reaches(other.instance.id, 'linked')
    expect(identities(world)).toBe(before)
    expect(phone.devices()).toHaveLength(1)

    // Giving the identity up is an explicit act, and then linking works again.
    await world.api.ok('POST', `/instances/${instance.id}/logout`)
    await phone.scan(await world.api.qr(instance.id))
    await world.api.reaches(instance.id, 'linked')
    expect(world.whatsapp.history().filter(({ event }) => event === 'paired')).toHaveLength(pairingsBefore + 1)
  })

  test('a session key is altered: the connection ends before anything is sent with it', async () => {
    const world = await startWorld()
    const { instance } = await world.linked()
    const friend = await world.whatsapp.registerPhone()
    await world.api.ok('POST', `/instances/${instance.id}/messages`, { to: friend.number, text: 'first' })
    await friend.received(({ text }) => text === 'first')
    await world.gateway.stop()
    edit(
      world,
      "update signal_keys set bytes = cast(substr(bytes, 1, length(bytes) - 2) as blob) where kind = 'session'",
    )
    await world.gateway.start()
    await world.api.reaches(instance.id, 'linked')
    await world.api.ok('POST', `/instances/${instance.id}/messages`, { to: friend.number, text: 'second' })
    await world.api.reaches(instance.id, 'storage-error')
    expect(friend.messages().map(({ text }) => text)).toEqual(['first'])
  })

  test('sealed with another key: said at the start, and all is well again with the right one', async () => {
    const world = await startWorld()
    const { instance, phone } = await world.linked()
    await world.gateway.stop()
    await world.gateway.start({ GANGWAY_SECRET_KEY: 'another key than the one of yesterday' })
    await world.api.reaches(instance.id, 'storage-error')
    expect(world.gateway.output).toContain('the secret key is not the one this database was written with')
    await world.gateway.stop()
    await world.gateway.start()
    await world.api.reaches(instance.id, 'linked')
    expect(phone.devices()).toHaveLength(1)
  })
})
