import type { VirtualPhone } from '@gangway/simulator'
import { describe, expect, test } from 'vitest'
import { until } from './native-client.js'
import { command, cutShort, differences, documented, documentedStates, type Sample } from './witi/page.js'
import { startWorld, type World } from './world.js'

type Body = Record<string, unknown>

/** A client that calls the commands of the vendor's page with the verb and body that the page shows. */
class WitiClient {
  readonly #url: string
  readonly wid: string

  constructor(url: string, wid: string) {
    this.#url = url
    this.wid = wid
  }

  static async of({ api, gateway }: World): Promise<WitiClient> {
    const { credentials } = await api.ok<{ credentials: { witi: { wid: string } } }>('POST', '/instances', {
      name: 'Atendimento Maria',
    })
    return new WitiClient(gateway.url, credentials.witi.wid)
  }

  async call(file: string, body: unknown = command(file).body): Promise<Body> {
    const response = await fetch(`${this.#url}/${file}.aspx?wid=${this.wid}`, {
      method: command(file).method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(response.status).toBe(200)
    return (await response.json()) as Body
  }

  async link(phone: VirtualPhone): Promise<Body> {
    const answer = await this.call('generate_qrcode')
    await phone.scanImage(String(answer.qr))
    await this.reaches(10)
    return answer
  }

  async reaches(status: number): Promise<Body> {
    return until(
      () => this.call('status'),
      (info) => info.status === status,
    )
  }
}

function sample(file: string, index = 0): Sample {
  const found = command(file).answers[index]
  if (!found) throw new Error(`the page shows no such answer of ${file}`)
  return found
}

/** The connection info inside `Status`. */
function inside(answer: Body): Body {
  return JSON.parse(String(answer.Status)) as Body
}

test('the page is read whole', () => {
  expect(documented.map(({ file, method, answers }) => `${method} ${file} ${answers.length}`)).toEqual([
    'POST generate_qrcode.aspx 2',
    'GET status.aspx 1',
    'GET disconnect.aspx 1',
    'GET close_session.aspx 1',
    'GET save_session.aspx 1',
    'GET restore_session.aspx 1',
    'GET clear.aspx 1',
    'POST set_config.aspx 1',
  ])
  expect(documentedStates.size).toBe(8)
  expect(Object.keys(sample('status').value)).toHaveLength(10)
})

test('a comparison finds a key too many, one too few, another order and another type', () => {
  const one = { value: { a: 1, b: { c: '' }, d: [{ e: null }] }, elided: false }
  expect(differences(one, { a: 2, b: { c: 'x' }, d: [] })).toEqual([])
  expect(differences(one, { a: 2, b: { c: 'x' }, d: [], f: 1 })).toHaveLength(1)
  expect(differences({ ...one, elided: true }, { a: 2, b: { c: 'x' }, d: [], f: 1 })).toEqual([])
  expect(differences(one, { b: { c: 'x' }, a: 2, d: [] })).toHaveLength(1)
  expect(differences(one, { a: '2', b: { c: 'x' }, d: [{ e: 1 }] })).toHaveLength(2)
  expect(differences(one, { a: 2, b: {}, d: [] })).toHaveLength(2)
})

test('each call of the page in its order, every answer with the keys and types that the page shows', async () => {
  const world = await startWorld()
  const phone = await world.whatsapp.registerPhone({ name: 'Maria' })
  const client = await WitiClient.of(world)

  // 生成二维码
  const qr = await client.link(phone)
  expect(differences(sample('generate_qrcode'), qr)).toEqual([])
  expect(qr.qr).toMatch(/^data:image\/svg\+xml;base64,/)
  expect(qr).toMatchObject({ status: 1, error: '' })
  expect(await client.call('generate_qrcode')).toEqual(sample('generate_qrcode', 1).value)

  // 连接状态
  const info = await client.call('status')
  expect(differences(sample('status'), info)).toEqual([])
  expect(info).toMatchObject({
    status: 10,
    statusString: documentedStates.get(10),
    connected: true,
    WebID: client.wid,
    CanRestoreConnection: true,
    ConnectionInfo: { wid: `${phone.number}@s.whatsapp.net`, connected: true },
    storage: { Name: client.wid },
  })
  const { SentBytes, ReceveidBytes } = info.stats as Record<string, number>
  expect(SentBytes).toBeGreaterThan(0)
  expect(ReceveidBytes).toBeGreaterThan(0)

  // 断开连接
  const gone = await client.call('disconnect')
  expect(differences(sample('disconnect'), gone)).toEqual([])
  expect(gone).toMatchObject(sample('disconnect').value)
  expect(differences(sample('status'), gone)).toEqual([])
  await until(
    () => phone.devices(),
    (devices) => devices.length === 0,
  )

  // 结束会话
  await client.link(phone)
  const device = phone.devices().map(({ jid }) => jid)
  expect(device).toHaveLength(1)
  const closed = await client.call('close_session')
  expect(differences(sample('close_session'), closed)).toEqual([])
  expect(closed.sucesso).toBe(true)
  expect(inside(closed)).toMatchObject(cutShort(sample('close_session').value.Status).value)
  expect(differences(sample('status'), inside(closed))).toEqual([])
  expect(await client.call('status')).toMatchObject({ status: 11, connected: false, CanRestoreConnection: true })
  await until(
    () => world.whatsapp.connections(),
    (connections) => connections === 0,
  )

  // 保存会话
  expect(await client.call('save_session')).toEqual(sample('save_session').value)

  // 恢复会话
  const restored = await client.call('restore_session')
  expect(differences(sample('restore_session'), restored)).toEqual([])
  expect(restored.sucesso).toBe(true)
  expect(inside(restored)).toMatchObject(cutShort(sample('restore_session').value.Status).value)
  expect(differences(sample('status'), inside(restored))).toEqual([])
  expect(phone.devices().map(({ jid }) => jid)).toEqual(device)

  // 清除实例
  expect(await client.call('clear')).toEqual(sample('clear').value)
  expect(await client.call('status')).toMatchObject({ status: 10, connected: true })

  // 更新设置
  const configured = await client.call('set_config')
  expect(differences(sample('set_config'), configured)).toEqual([])
  expect(configured).toMatchObject(sample('set_config').value)
  expect(differences(sample('status'), configured)).toEqual([])
})

describe('a connection of WITI', () => {
  test('the ttl is what the QR has left, by the clock of the native API', async () => {
    const world = await startWorld()
    const client = await WitiClient.of(world)
    const { ttl } = await client.call('generate_qrcode')
    const { items } = await world.api.ok<{ items: { id: string }[] }>('GET', '/instances')
    const { expiresAt } = await world.api.ok<{ expiresAt: string }>('GET', `/instances/${items[0]?.id}/link`)
    const left = (Date.parse(expiresAt) - Date.now()) / 1000
    expect(Number.isInteger(ttl)).toBe(true)
    // Asked for a moment before, and cut to whole seconds.
    expect(ttl).toBeGreaterThan(left - 1)
    expect(ttl).toBeLessThan(left + 5)
  })

  test('an account that its phone has logged out is "not authenticated", and links anew', async () => {
    const world = await startWorld()
    const phone = await world.whatsapp.registerPhone()
    const client = await WitiClient.of(world)
    await client.link(phone)
    await phone.unlink()
    expect(await client.reaches(13)).toMatchObject({
      statusString: documentedStates.get(13),
      connected: false,
      CanRestoreConnection: false,
    })
    expect(await client.call('restore_session')).toMatchObject({ sucesso: false })
    await client.link(phone)
  })

  test('a closed session stays closed over a restart of the gateway, and comes back without a QR', async () => {
    const world = await startWorld()
    const phone = await world.whatsapp.registerPhone()
    const client = await WitiClient.of(world)
    await client.link(phone)
    await client.call('set_config')
    await client.call('close_session')
    await world.gateway.stop()
    await world.gateway.start()
    const settings = { UserAgent: 'Opera', Webhook: `https://my-system.com/newWebHook&wid=${client.wid}` }
    expect(await client.call('status')).toMatchObject({ status: 11, CanRestoreConnection: true, ...settings })
    expect(await client.call('restore_session')).toMatchObject({ sucesso: true })
    expect(await client.call('status')).toMatchObject({ status: 10, ...settings })
    expect(world.gateway.output.toUpperCase()).not.toContain(client.wid)
  })
})
