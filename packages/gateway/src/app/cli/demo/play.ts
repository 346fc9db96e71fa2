import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type Client } from '@gangway/sdk'
import type { GatewayChild } from './gateway-child.js'
import { awaitLinked, linkByPicture, openShop, pairings, received, send, type Shop } from './shop.js'
import type { Stage } from './stage.js'

/** Two accounts, messages between them, a crash, and that nothing was lost by it. Each step rejects when it is not so. */
export async function play(stage: Stage, gateway: GatewayChild, dataDir: string): Promise<void> {
  const client = await stage.step('A gateway starts with an empty data folder', () => connect(gateway, dataDir))
  const [ana, budi] = await stage.step('Two accounts and two virtual phones are made', async () => [
    await openShop(client, 'Ana'),
    await openShop(client, 'Budi'),
  ])
  for (const shop of [ana, budi]) {
    await stage.step(`${shop.name}'s phone scans the picture of the QR, and is linked`, () =>
      linkByPicture(client, shop),
    )
  }
  await stage.step('Ana writes, and Budi has it to the letter', () => send(client, ana, budi, 'Apa kabar? 👋'))
  await stage.step('Budi answers, and Ana has it to the letter', () => send(client, budi, ana, 'Baik! Dan kamu? ☀️'))
  const before = await pairingsOf(client, ana, budi)

  await stage.step('The gateway is killed without a warning (SIGKILL)', () => gateway.kill())
  const again = await stage.step('It starts again on the same data', () => connect(gateway, dataDir))
  await stage.step('Both accounts are linked as before, with no QR and no pairing', async () => {
    await Promise.all([awaitLinked(again, ana), awaitLinked(again, budi)])
    strictEqual(await pairingsOf(again, ana, budi), before, 'an account was linked anew')
  })
  await stage.step('Ana writes once more, and Budi has it', () => send(again, ana, budi, 'Masih di sini.'))
  await stage.step('Every message arrived once, and none is missing', async () => {
    deepStrictEqual(await received(again, budi), ['Apa kabar? 👋', 'Masih di sini.'])
    deepStrictEqual(await received(again, ana), ['Baik! Dan kamu? ☀️'])
  })
}

async function connect(gateway: GatewayChild, dataDir: string): Promise<Client> {
  const baseUrl = await gateway.start()
  return createClient({ baseUrl, key: (await readFile(join(dataDir, 'admin-key'), 'utf8')).trim() })
}

async function pairingsOf(client: Client, ...shops: readonly Shop[]): Promise<string> {
  return (await Promise.all(shops.map((shop) => pairings(client, shop)))).join('\n')
}
