import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { decode } from '../packages/gateway/test/qr/decoder.js'
import { toThisMachine } from './endpoint.js'
import { GatewayProcess } from './gateway-process.js'
import { NativeClient } from './native-client.js'

interface QrCode {
  readonly code: string
  readonly prefilled_message: string
  readonly deep_link_url: string
  readonly qr_image_url?: string
}

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const run = promisify(execFile)
const number = '4915112345678'

interface Started {
  readonly gateway: GatewayProcess
  readonly api: NativeClient
  /** A client's own, which nothing but its client is ever shown. */
  readonly key: string
  readonly keyId: string
}

async function startGateway(env: Record<string, string> = {}): Promise<Started> {
  const gateway = await GatewayProcess.start({ env: { ...env, GANGWAY_LOG_LEVEL: 'debug' } })
  onTestFinished(() => gateway.remove())
  const api = await NativeClient.of(gateway)
  const wish = { name: 'qr codes', scopes: ['message-links:read', 'message-links:write'] }
  const { id, key } = await api.ok<{ id: string; key: string }>('POST', '/keys', wish)
  return { gateway, api, key, keyId: id }
}

/** Has a shell run a command as Meta's pages print it, with what it says in braces filled in. */
async function shell(command: string, values: Record<string, string>): Promise<Answer> {
  const filled = command.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`nothing to fill in for ${name}`)
    return value
  })
  const status = `curl() { command curl -sS -w '\\n%{http_code}' "$@"; }\n`
  const { stdout } = await run('sh', ['-c', status + filled])
  const end = stdout.lastIndexOf('\n')
  return {
    status: Number(stdout.slice(end + 1)),
    body: JSON.parse(stdout.slice(0, end)) as Record<string, unknown>,
  }
}

/** The calls of Meta's guide, of its reference and of the guide before that, which put everything into the address. */
const samples = {
  create: `curl '{base}/v25.0/{id}/message_qrdls' \\
    -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer {token}' \\
    -d '
    {
      "prefilled_message": "Cyber Monday",
      "generate_qr_image": "SVG"
    }'`,
  createInAddress: `curl -X POST "{base}/v16.0/{id}/message_qrdls?prefilled_message=Cyber%20Monday&generate_qr_image=PNG&access_token={token}"`,
  createAsForm: `curl -X POST '{base}/v25.0/{id}/message_qrdls' -H 'Authorization: Bearer {token}' \\
    -d 'prefilled_message=Cyber+Monday' -d 'generate_qr_image=PNG'`,
  createInParts: `curl -X POST '{base}/v25.0/{id}/message_qrdls' -H 'Authorization: Bearer {token}' \\
    -F 'prefilled_message=Cyber Monday' -F 'generate_qr_image=PNG'`,
  list: `curl '{base}/v25.0/{id}/message_qrdls' -H 'Authorization: Bearer {token}'`,
  listInAddress: `curl -X GET "{base}/v16.0/{id}/message_qrdls?access_token={token}"`,
  listFields: `curl '{base}/v25.0/{id}/message_qrdls?fields=code,prefilled_message,qr_image_url.format(SVG)' -H 'Authorization: Bearer {token}'`,
  imageOf: `curl '{base}/v25.0/{id}/message_qrdls?fields=qr_image_url.format(PNG)&code={code}' -H 'Authorization: Bearer {token}'`,
  get: `curl '{base}/v25.0/{id}/message_qrdls/{code}' -H 'Authorization: Bearer {token}'`,
  getOfReference: `curl --request GET \\
    --url '{base}/v23.0/{id}/message_qrdls/{code}' \\
    --header 'Authorization: Bearer {token}' \\
    --header 'Content-Type: application/json' \\
    --data '{}'`,
  update: `curl '{base}/v25.0/{id}/message_qrdls' \\
    -H 'Content-Type: application/json' \\
    -H 'Authorization: Bearer {token}' \\
    -d '{ "prefilled_message": "Cyber Tuesday", "code": "{code}" }'`,
  updateInAddress: `curl -X POST "{base}/v16.0/{id}/message_qrdls/{code}?prefilled_message=Cyber%20Wednesday&access_token={token}"`,
  remove: `curl -X DELETE '{base}/v25.0/{id}/message_qrdls/{code}' -H 'Authorization: Bearer {token}'`,
  removeInAddress: `curl -X DELETE "{base}/v16.0/{id}/message_qrdls/{code}?access_token={token}"`,
} as const

test('every call of Meta’s pages, by curl, and what is made is scanned', async () => {
  const { gateway, key } = await startGateway()
  const ask = async (sample: keyof typeof samples, code = ''): Promise<Record<string, unknown>> => {
    const { status, body } = await shell(samples[sample], { base: gateway.url, id: number, token: key, code })
    expect([status, body.error], sample).toEqual([200, undefined])
    return body
  }
  const made: QrCode[] = []
  for (const sample of ['create', 'createInAddress', 'createAsForm', 'createInParts'] as const) {
    const one = (await ask(sample)) as unknown as QrCode
    expect(one).toMatchObject({ prefilled_message: 'Cyber Monday', deep_link_url: `${gateway.url}/l/${one.code}` })
    const image = await fetch(one.qr_image_url ?? '')
    expect(image.headers.get('content-type')).toBe(sample === 'create' ? 'image/svg+xml' : 'image/png')
    const bytes = Buffer.from(await image.arrayBuffer())
    const read = await decode(sample === 'create' ? bytes.toString() : bytes)
    expect(read?.text).toBe(one.deep_link_url)
    const opened = await fetch(one.deep_link_url, { redirect: 'manual' })
    const target = new URL(opened.headers.get('location') ?? '')
    expect([target.origin, target.pathname]).toEqual(['https://wa.me', `/${number}`])
    expect(target.searchParams.get('text')).toMatch(/^Cyber Monday/)
    made.unshift(one)
  }
  const usual = made.map(({ code, prefilled_message, deep_link_url }) => ({ code, prefilled_message, deep_link_url }))
  expect((await ask('list')).data).toEqual(usual)
  expect((await ask('listInAddress')).data).toEqual(usual)
  expect((await ask('listFields')).data).toEqual(
    usual.map((one) => ({ ...one, qr_image_url: `${one.deep_link_url}.svg?v=1` })),
  )
  const [first, second] = usual
  if (!first || !second) throw new Error('nothing was made')
  const { code } = first
  expect((await ask('imageOf', code)).data).toEqual([{ ...first, qr_image_url: `${first.deep_link_url}.png?v=1` }])
  expect(await ask('get', code)).toEqual({ data: [first] })
  expect(await ask('getOfReference', code)).toEqual({ data: [first] })
  expect(await ask('update', code)).toEqual({ ...first, prefilled_message: 'Cyber Tuesday' })
  expect(await ask('updateInAddress', code)).toEqual({ ...first, prefilled_message: 'Cyber Wednesday' })
  const opened = await fetch(first.deep_link_url, { redirect: 'manual' })
  expect(opened.headers.get('location')).toContain('Cyber%20Wednesday')
  expect(await ask('remove', code)).toEqual({ success: true })
  expect(await ask('removeInAddress', second.code)).toEqual({ success: true })
  expect((await ask('list')).data).toEqual(usual.slice(2))
  expect((await fetch(first.deep_link_url)).status).toBe(404)

  const gone = await shell(samples.get, { base: gateway.url, id: number, token: key, code })
  expect([gone.status, gone.body.error]).toMatchObject([404, { message: 'QR code not found', code: 803 }])
  const noToken = await shell(samples.listInAddress, { base: gateway.url, id: number, token: 'EAAJB' })
  expect([noToken.status, noToken.body.error]).toMatchObject([401, { type: 'OAuthException', code: 190 }])
  await gateway.stop()
  expect(gateway.output).toContain('message_qrdls')
  for (const secret of [key, 'EAAJB', number, code, 'Cyber']) expect(gateway.output).not.toContain(secret)
})

test('the addresses of the next pages lead through all codes, across a crash', async () => {
  const { gateway, key } = await startGateway()
  const all: string[] = []
  for (let i = 0; i < 30; i++) {
    const { body } = await shell(samples.createAsForm, { base: gateway.url, id: number, token: key })
    all.unshift(String(body.code))
  }
  const seen: string[] = []
  let url: string | undefined = `${gateway.url}/v25.0/${number}/message_qrdls?limit=8`
  while (url !== undefined) {
    const { body } = await shell(`curl '{url}' -H 'Authorization: Bearer {token}'`, { url, token: key })
    const { data, paging } = body as unknown as { data: QrCode[]; paging: { next?: string } }
    seen.push(...data.map((one) => one.code))
    url = paging.next
    if (seen.length === 16) {
      await gateway.kill()
      await gateway.start()
    }
  }
  expect(seen).toEqual(all)
})

test('a gateway is Meta to another one: what a client makes at the one by its id is made at the other', async () => {
  const [there, id] = [await startGateway(), '4930901820']
  const here = await startGateway({ ...toThisMachine, GANGWAY_META_URL: `${there.gateway.url}/v23.0` })
  await here.api.ok('POST', '/meta-numbers', { phone: number, phoneNumberId: id, token: there.key })

  const ask = (sample: keyof typeof samples, of: Started, code = ''): Promise<Answer> =>
    shell(samples[sample], { base: of.gateway.url, id, token: of.key, code })
  const made = (await ask('create', here)).body as unknown as QrCode
  const { code } = made
  expect(made.deep_link_url).toBe(`https://wa.me/message/${code}`)
  expect((await ask('list', there)).body.data).toMatchObject([{ code, prefilled_message: 'Cyber Monday' }])
  await ask('update', here, code)
  expect((await ask('get', there, code)).body.data).toMatchObject([{ code, prefilled_message: 'Cyber Tuesday' }])
  expect((await ask('remove', here, code)).body).toEqual({ success: true })
  expect((await ask('get', there, code)).status).toBe(404)

  await there.api.ok('DELETE', `/keys/${there.keyId}`)
  const refused = await ask('create', here)
  expect([refused.status, refused.body.error]).toMatchObject([
    400,
    { message: 'Meta: Invalid OAuth access token (status 401, code 190, subcode 463)' },
  ])
  await there.gateway.stop()
  const away = await ask('create', here)
  expect([away.status, away.body.error]).toMatchObject([503, { message: 'Meta cannot be reached', is_transient: true }])
  expect(here.gateway.output + there.gateway.output).not.toContain(there.key)
})
