import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, test } from 'vitest'
import { until, type Instance } from './native-client.js'
import { type Language, program, sampleAnswer, sampleDevice } from './wavave/page.js'
import { missing, run } from './wavave/run-program.js'
import { startWorld, type World } from './world.js'

interface WavaveAnswer {
  readonly status: number
  readonly body: {
    readonly success: boolean
    readonly status: string
    readonly message?: string
    readonly data: { readonly device: string; readonly qr: string; readonly code: string }
  }
}

async function post(world: World, path: string, body: unknown, key?: string): Promise<WavaveAnswer> {
  const response = await fetch(`${world.gateway.url}/v1/device/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key ?? (await world.gateway.adminKey())}`,
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as WavaveAnswer['body'] }
}

async function instances(world: World): Promise<(Instance & { phone: string; network: string })[]> {
  return (await world.api.ok<{ items: (Instance & { phone: string; network: string })[] }>('GET', '/instances')).items
}

/** Waits until the one instance there is has linked with this phone. */
async function linkedWith(world: World, phone: VirtualPhone): Promise<Instance> {
  const [made, ...more] = await instances(world)
  if (!made) throw new Error('no instance was made')
  expect(more).toEqual([])
  const linked = await world.api.reaches(made.id, 'linked')
  expect(linked).toMatchObject({ phone: phone.number, account: { phone: phone.number } })
  return linked
}

/** The one JSON, Python or console object that a sample printed. */
function printed(language: Language, output: string): unknown {
  if (language === 'curl' || language === 'php')
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
  const json = output
    .replaceAll('True', 'true')
    .replaceAll('False', 'false')
    .replaceAll("'", '"')
    .replaceAll(/^(\s*|\{ )(\w+):|, (\w+): |\{ (\w+):/gm, (whole, ...names: string[]) => {
      const name = names.slice(1, 4).find((one) => typeof one === 'string') ?? ''
      return whole.replace(name, `"${name}"`)
    })
  return JSON.parse(json)
}

/** Same keys and the same types of values, all the way down. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
}

describe("the sample programs of the vendor's page, as they are", () => {
  for (const language of ['php', 'axios', 'python', 'curl'] as const)
    test(`${language} gets a QR that a phone scans, and then hears that it is connected`, async (context) => {
      const lacking = await missing(language)
      if (lacking !== undefined && process.env.GANGWAY_REQUIRE_SAMPLES === '1') throw new Error(`${lacking} is missing`)
      context.skip(lacking !== undefined, `left out: it needs ${lacking}`)

      const world = await startWorld()
      const phone = await world.whatsapp.registerPhone({ number: sampleDevice })
      const code = program(language, { url: world.gateway.url, key: await world.gateway.adminKey() })

      const answer = printed(language, await run(language, code)) as WavaveAnswer['body']
      expect(shape(answer)).toEqual(shape(sampleAnswer()))
      expect(answer).toMatchObject({ success: true, status: 'pending', data: { device: sampleDevice } })
      expect(answer.data.qr).toMatch(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/)
      await phone.scanImage(answer.data.qr)
      await linkedWith(world, phone)

      // Python's sample prints what its library says of the status; the others print the body.
      const again = await run(language, code)
      expect(again).toMatch(language === 'python' ? /'success': False.*400/ : /Perangkat sudah terhubung/)
    })
})

describe('a client of Wavave', () => {
  test('links by pairing code, disconnects, and links anew by QR', async () => {
    const world = await startWorld()
    const phone = await world.whatsapp.registerPhone({ number: sampleDevice })
    const byCode = await post(world, 'pairingcode', { device: Number(sampleDevice) })
    expect(byCode).toMatchObject({ status: 200, body: { success: true, status: 'pending' } })
    await phone.enterCode(byCode.body.data.code)
    await linkedWith(world, phone)

    expect(await post(world, 'disconnect', { device: `+${sampleDevice}` })).toEqual({
      status: 200,
      body: { success: true, status: 'disconnect', data: { device: sampleDevice } },
    })
    await until(
      () => phone.devices(),
      (devices) => devices.length === 0,
    )
    await phone.scanImage((await post(world, 'scanqr', { device: sampleDevice })).body.data.qr)
    await linkedWith(world, phone)
  })

  test('twenty first calls at once make one instance with one socket, and see one QR', async () => {
    const world = await startWorld()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, 'scanqr', { device: sampleDevice })))
    expect(new Set(answers.map(({ body }) => body.data.qr)).size).toBe(1)
    expect(await instances(world)).toHaveLength(1)
    expect(world.whatsapp.connections()).toBe(1)
  })

  test('another phone than the one named is logged out again', async () => {
    const world = await startWorld()
    const stranger = await world.whatsapp.registerPhone()
    await stranger.scanImage((await post(world, 'scanqr', { device: sampleDevice })).body.data.qr)
    const [made] = await until(
      () => instances(world),
      ([one]) => one?.reason === 'wrong-account',
    )
    expect(made).toMatchObject({ state: 'unlinked', account: null })
    await until(
      () => stranger.devices(),
      (devices) => devices.length === 0,
    )
  })

  test('a test key makes instances in the sandbox', async () => {
    const world = await startWorld()
    const { key } = await world.api.ok<{ key: string }>('POST', '/keys', { name: 'test', network: 'sandbox' })
    await world.api.ok('POST', '/sandbox/phones', { number: sampleDevice })
    const { body } = await post(world, 'scanqr', { device: sampleDevice }, key)
    expect(await instances(world)).toEqual([expect.objectContaining({ network: 'sandbox', phone: sampleDevice })])
    await world.api.ok('POST', `/sandbox/phones/${sampleDevice}/scan`, { image: body.data.qr })
    const [made] = await instances(world)
    await world.api.reaches(made?.id ?? '', 'linked')
    expect(world.whatsapp.connections()).toBe(0)
  })

  test('a wrong key is refused in Indonesian', async () => {
    const world = await startWorld()
    expect(await post(world, 'scanqr', { device: sampleDevice }, 'nobody')).toMatchObject({
      status: 401,
      body: { success: false, message: 'Api key tidak valid' },
    })
    expect(await instances(world)).toEqual([])
    expect(world.gateway.output).not.toContain(sampleDevice)
  })
})
