import { inflateSync } from 'node:zlib'
import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, test } from 'vitest'
import { Endpoint, toThisMachine } from './endpoint.js'
import { until } from './native-client.js'
import { missing, run } from './wavave/run-program.js'
import { startWorld, type World } from './world.js'

interface Shop {
  readonly id: string
  readonly wid: string
  readonly phone: VirtualPhone
  readonly endpoint: Endpoint
}

/** A linked instance whose events go to an endpoint of this machine. */
async function shop({ api, gateway, whatsapp }: World, config: object): Promise<Shop> {
  const endpoint = await Endpoint.open()
  const phone = await whatsapp.registerPhone({ name: 'Atendimento Maria' })
  const made = await api.ok<{ id: string; credentials: { witi: { wid: string } } }>('POST', '/instances', {
    name: 'shop',
  })
  const { wid } = made.credentials.witi
  const call = async (file: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${gateway.url}/${file}.aspx?wid=${wid}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Record<string, unknown>
  }
  await call('set_config', { webhook: `${endpoint.url}/hook`, ...config })
  await phone.scanImage(String((await call('generate_qrcode', { user_agent: 'Chrome' })).qr))
  await api.reaches(made.id, 'linked')
  return { id: made.id, wid, phone, endpoint }
}

interface PostBack {
  readonly event: string
  readonly status?: number
  readonly message?: string
  readonly WebID: string
}

/** What the vendor's page has for APIVersion 1.1, without what it leaves out; prints one event a line. */
const consumer = (input: string): string => `<?php
$input = base64_decode('${Buffer.from(input).toString('base64')}');
$BULK_identifier = "BULKGZ,";
if (substr($input, 0, strlen($BULK_identifier)) === $BULK_identifier) {
  $zlib = base64_decode(substr($input, strlen($BULK_identifier), strlen($input)));
  $messages = json_decode(trim(zlib_decode($zlib), "\\xEF\\xBB\\xBF"));
  foreach ($messages as $message) echo base64_decode($message), "\\n";
} else {
  echo json_encode(json_decode($input)), "\\n";
}
`

/** The same in this language. */
function unpacked(body: string): PostBack[] {
  const array = inflateSync(Buffer.from(body.slice('BULKGZ,'.length), 'base64')).toString()
  return (JSON.parse(array) as string[]).map((one) => JSON.parse(Buffer.from(one, 'base64').toString()) as PostBack)
}

const lines = (output: string): PostBack[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PostBack)

describe('WITI’s PostBack', () => {
  test('one event to a request, in order, to the webhook with the GUID behind it', async () => {
    const world = await startWorld({ env: toThisMachine })
    const { wid, phone, endpoint } = await shop(world, {})
    const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
    await ana.send(phone.number, 'Olá')
    const events = await until(
      () => endpoint.bodies<PostBack>(),
      (all) => all.some(({ event }) => event === 'Msg'),
    )
    expect(events.flatMap(({ status }) => status ?? [])).toEqual([1, 3, 4, 10])
    expect(events.find(({ event }) => event === 'Msg')).toMatchObject({
      WebID: wid,
      number: `${ana.number}@s.whatsapp.net`,
      jid: `${ana.number}@s.whatsapp.net`,
      notify: 'Ana',
      fromMe: false,
      type: 'text',
      message: 'Olá',
    })
    for (const { path, headers } of endpoint.requests) {
      expect([path, headers['content-type']]).toEqual([`/hook&wid=${wid}`, 'application/json'])
    }
    expect(world.gateway.output.toUpperCase()).not.toContain(wid)
  })

  test('what has waited comes in one bundle, and the vendor’s PHP consumer reads it', async (context) => {
    const lacking = await missing('php')
    if (lacking !== undefined && process.env.GANGWAY_REQUIRE_SAMPLES === '1') throw new Error(`${lacking} is missing`)
    context.skip(lacking !== undefined, `left out: it needs ${lacking}`)

    const world = await startWorld({ env: toThisMachine })
    const { id, wid, phone, endpoint } = await shop(world, { APIVersionCanBulk: true, APIVersion: '1.1' })
    const ana = await world.whatsapp.registerPhone({ name: 'Ana' })
    const wanted = ['um', 'dois', 'três ☕']
    await until(
      () => endpoint.requests.flatMap(({ body }) => unpacked(body)),
      (events) => events.some(({ status }) => status === 10),
    )
    const before = endpoint.requests.length
    // The first of them is held, so that the others have to wait.
    let release = (): void => undefined
    endpoint.ready = new Promise<void>((resolve) => (release = resolve))
    await ana.send(phone.number, 'zero')
    await until(() => endpoint.requests.length > before, Boolean)
    for (const text of wanted) await ana.send(phone.number, text)
    await world.api.event(id, ({ data }) => JSON.stringify(data).includes('três'))
    release()
    await until(() => endpoint.requests.length === before + 2, Boolean)
    const [alone = '', bundle = ''] = endpoint.requests.slice(before).map(({ body }) => body)
    const seen = [...lines(await run('php', consumer(alone))), ...lines(await run('php', consumer(bundle)))]
    const messages = seen.filter(({ event }) => event === 'Msg')
    expect(messages.every(({ WebID }) => WebID === wid)).toBe(true)
    expect(messages.map(({ message }) => message)).toEqual(['zero', ...wanted])
  })
})
