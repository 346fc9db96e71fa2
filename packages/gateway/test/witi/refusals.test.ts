import { request } from 'node:http'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { key, nobodysWid } from '../dialects/staged-gateway.js'
import { unreadableBodies } from '../dialects/unreadable-bodies.js'
import { type CommandName, commandNames, commands, startWorld } from './world.js'

/** Each kind of command fails in its own envelope. */
function failure(command: CommandName, error: string): Record<string, unknown> {
  if (command === 'clear') return { status: false, message: error }
  if (command.endsWith('_session')) return { sucesso: false, error }
  return { status: 0, error, ttl: 0 }
}

test('file names and query keys are read in any case, and the GUID too', async () => {
  const { connection, call } = await startWorld()
  const { wid } = await connection()
  for (const path of [
    `/status.aspx?wid=${wid}`,
    `/Status.aspx?WID=${wid}`,
    `/STATUS.ASPX?Wid=${wid.toLowerCase()}`,
    `/sTaTuS.aSpX?other=1&wId=${wid}&WIDE=2`,
  ]) {
    const answer = await call('GET', path)
    expect([answer.status, answer.body.WebID], path).toEqual([200, wid])
  }
})

test('a wid that is missing, malformed, doubled or of nobody is refused by every command alike', async () => {
  const { connection, call } = await startWorld()
  const { wid } = await connection()
  const queries = [
    '',
    '?wid=',
    '?wid=1',
    `?wid=${nobodysWid}`,
    `?wid=${wid}&wid=${wid}`,
    `?wid=${wid}&WID=${nobodysWid}`,
    `?wid[]=${wid}`,
    `?wid=%7B${wid}%7D`,
    `?wid=${wid}%00`,
    '?wid=%ff',
  ]
  for (const name of commandNames)
    for (const query of queries) {
      const answer = await call(commands[name], `/${name}.aspx${query}`, commands[name] === 'POST' ? '{' : undefined)
      expect([answer.status, answer.body], `${name} ${query}`).toEqual([401, failure(name, 'Invalid wid')])
    }
})

test('the wid of one instance never reaches another, and one that is removed is of nobody', async () => {
  const { connection, gateway } = await startWorld()
  const [one, other] = [await connection(), await connection()]
  expect((await one.run('status')).body.WebID).toBe(one.wid)
  await one.run('set_config', { user_agent: 'Opera' })
  expect((await other.run('status')).body.UserAgent).toBe('')
  await gateway.instances.remove(await gateway.access.authenticate(key), one.id)
  for (const name of commandNames) {
    const answer = await one.run(name)
    expect([answer.status, answer.body], name).toEqual([401, failure(name, 'Invalid wid')])
  }
})

test('each command answers its own verb only', async () => {
  const { call, connection } = await startWorld()
  const { wid, run, id } = await connection({ state: 'linked' })
  for (const name of commandNames)
    for (const verb of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      if (verb === commands[name]) continue
      const answer = await call(verb, `/${name}.aspx?wid=${wid}`)
      expect([answer.status, answer.body], `${verb} ${name}`).toEqual([405, failure(name, 'Method not allowed')])
      expect(answer.headers.get('allow')).toBe(commands[name])
    }
  expect((await call('HEAD', `/disconnect.aspx?wid=${wid}`)).status).toBe(405)
  expect((await run('status')).body.status, `${id} was left alone`).toBe(10)
})

test('an unknown file is refused in JSON; what is no file of this vendor is not answered here', async () => {
  const { call, connection } = await startWorld()
  const { wid } = await connection()
  for (const file of ['nothing.aspx', 'status_.aspx', 'constructor.aspx', '__proto__.aspx', 'status.aspx.aspx']) {
    const answer = await call('GET', `/${file}?wid=${wid}`)
    expect(answer.status, file).toBe(404)
  }
  expect((await call('GET', `/nothing.aspx?wid=${wid}`)).body).toEqual({
    status: 0,
    error: 'Command not found',
    ttl: 0,
  })
  for (const path of ['/status', '/status.asp', '/a/status.aspx', '/status.aspx/', '/status%00.aspx'])
    expect((await call('GET', `${path}?wid=${wid}`)).body, path).toMatchObject({ code: 'route-not-found' })
})

test('a body is JSON whatever its content type says, or without one', async () => {
  const { connection, url } = await startWorld()
  const { run, wid } = await connection()
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense', ';;', '']) {
    const agent = `agent of ${type.replace(/[^\w/]/g, '')}`
    const answer = await run('set_config', JSON.stringify({ user_agent: agent }), { 'content-type': type })
    expect([answer.status, answer.body.UserAgent], type).toEqual([200, agent])
  }
  const text = await new Promise<string>((resolve, reject) => {
    const sending = request(`${url}/set_config.aspx?wid=${wid}`, { method: 'POST' })
    sending.on('response', (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => {
        resolve(body)
      })
    })
    sending.on('error', reject)
    sending.write('{"user_agent":')
    sending.end('"in pieces"}')
  })
  expect(JSON.parse(text)).toMatchObject({ UserAgent: 'in pieces' })
})

test('a body that cannot be read is refused with the same strictness under any content type', async () => {
  const { connection, gateway } = await startWorld()
  const { run } = await connection()
  for (const name of ['generate_qrcode', 'set_config'] as const)
    for (const type of ['application/json', 'text/plain'])
      for (const [what, body] of Object.entries(unreadableBodies)) {
        const answer = await run(name, body, { 'content-type': type })
        expect(answer.status, `${type}: ${what}`).toBe(what === 'more than a mebibyte' ? 413 : 400)
        expect(answer.body).toEqual(failure(name, String(answer.body.error)))
        expect(answer.text).not.toMatch(/at .*\.js|\ufffd/)
      }
  expect(gateway.stored.size).toBe(0)
})

test('any body and query at all is answered below 500', async () => {
  const { connection, call } = await startWorld()
  const { wid } = await connection()
  const value = fc.oneof(
    fc.json(),
    fc.string().map((text) => JSON.stringify(text)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<CommandName>('generate_qrcode', 'set_config'),
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.json(),
        fc
          .tuple(fc.constantFrom('webhook', 'user_agent', 'APIVersion', 'APIVersionCanBulk'), value)
          .map(([name, json]) => `{"${name}":${json}}`),
      ),
      fc.string({ maxLength: 20 }),
      async (name, body, extra) => {
        const answer = await call('POST', `/${name}.aspx?wid=${wid}&x=${encodeURIComponent(extra)}`, body)
        expect(answer.status).toBeLessThan(500)
        expect(typeof answer.body.status).toBe('number')
      },
    ),
    { numRuns: 150 },
  )
})

test('a fault of our own tells the caller nothing, and no key reaches the log', async () => {
  const { connection, gateway, log } = await startWorld()
  const { run, wid } = await connection()
  for (const name of commandNames) {
    gateway.failNext(new TypeError('cannot read 4915112345678'))
    const answer = await run(name, commands[name] === 'POST' ? {} : undefined)
    expect([answer.status, answer.body], name).toEqual([500, failure(name, 'Internal error')])
  }
  expect(log.filter((line) => line.includes('"level":50'))).toHaveLength(commandNames.length)
  expect(log.join('')).not.toContain('4915112345678')
  expect(log.join('').toUpperCase()).not.toContain(wid)
})
