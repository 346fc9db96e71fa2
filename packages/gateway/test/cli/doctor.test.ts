import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { report } from '#gateway/app/cli/doctor.js'
import { inspectDataFolder, judgeDataFolder } from '#gateway/app/doctor/data-folder.js'
import { judgeDatabase } from '#gateway/app/doctor/database.js'
import { inspectDatabase, isInUse } from '#gateway/store/sqlite/inspect.js'
import { examine } from '#gateway/app/doctor/examine.js'
import { fail, ok, warn } from '#gateway/app/doctor/finding.js'
import { judgeNode } from '#gateway/app/doctor/node-version.js'
import { judgeOpenFiles, openFilesLimit } from '#gateway/app/doctor/open-files.js'
import { inspectPort, judgePort } from '#gateway/app/doctor/port.js'
import { judgeClock, judgeReach, reachWhatsApp } from '#gateway/app/doctor/whatsapp.js'
import { lockDataDir } from '#gateway/store/sqlite/lock.js'
import { newFolder, openSqlite } from '../store/sqlite-folder.js'

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const answering = (listener: RequestListener): Promise<number> => listening(createServer(listener))

async function unusedPort(): Promise<number> {
  const server = createSocketServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

test.each([
  ['18.20.0', 'fail'],
  ['20.18.3', 'fail'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
  ['24.0.0', 'ok'],
])('Node %s: %s', (version, level) => {
  expect(judgeNode(version).level).toBe(level)
})

describe('data folder', () => {
  const folder = { path: '/data', exists: true, writable: true, free: 5 * 2 ** 30 }

  test.each([
    [folder, ok('Data folder', '/data is writable, 5.0 GiB free')],
    [{ ...folder, exists: false }, ok('Data folder', '/data is not there yet and can be made, 5.0 GiB free')],
    [{ ...folder, free: undefined }, ok('Data folder', '/data is writable')],
  ])('good: %j', (state, finding) => {
    expect(judgeDataFolder(state)).toEqual(finding)
  })

  test('little room is a warning, next to none a failure', () => {
    expect(judgeDataFolder({ ...folder, free: 500 * 2 ** 20 }).level).toBe('warn')
    expect(judgeDataFolder({ ...folder, free: 50 * 2 ** 20 })).toMatchObject({
      level: 'fail',
      what: '/data is writable, 50 MiB free',
    })
  })

  test('a real one', async () => {
    const path = newFolder()
    const found = await inspectDataFolder(path)
    expect(found).toMatchObject({ exists: true, writable: true })
    expect(found.free).toBeGreaterThan(0)
    expect(await inspectDataFolder(join(path, 'a', 'b'))).toMatchObject({ exists: false, writable: true })
  })

  test('one that cannot be: a file is in its place, or above it', async () => {
    const path = join(newFolder(), 'file')
    writeFileSync(path, '', { mode: 0o700 })
    expect(judgeDataFolder(await inspectDataFolder(path)).level).toBe('fail')
    const finding = judgeDataFolder(await inspectDataFolder(join(path, 'data')))
    expect(finding).toMatchObject({ level: 'fail', what: `${join(path, 'data')} cannot be written` })
    expect(finding.advice).toContain('GANGWAY_DATA_DIR')
  })
})

describe('database', () => {
  test('none yet', async () => {
    expect(judgeDatabase(await inspectDatabase(newFolder(), undefined), false).level).toBe('ok')
  })

  test('one that opens, while a gateway writes to it', async () => {
    const folder = newFolder()
    const { store } = await openSqlite({ path: join(folder, 'gangway.db') })
    onTestFinished(() => store.close())
    const state = await inspectDatabase(folder, 'a secret key')
    expect(judgeDatabase(state, true)).toEqual(
      ok('Database', 'it opens, with 0 instances, in use by a running gateway'),
    )
  })

  test('one that a newer Gangway has written', async () => {
    const folder = newFolder()
    const { store, edit } = await openSqlite({ path: join(folder, 'gangway.db') })
    await store.close()
    edit((database) => {
      database.exec('update migrations set number = number + 900')
    })
    const finding = judgeDatabase(await inspectDatabase(folder, 'a secret key'), false)
    expect(finding).toMatchObject({ level: 'fail', advice: 'Update Gangway.' })
  })

  test('one without its key', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'gangway.db'), '')
    expect(judgeDatabase(await inspectDatabase(folder, undefined), false)).toMatchObject({
      level: 'fail',
      advice: 'Put the file secret-key back, or set GANGWAY_SECRET_KEY.',
    })
  })

  test('one that is no database', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'gangway.db'), 'not a database, however long this text may be: '.repeat(50))
    expect(judgeDatabase(await inspectDatabase(folder, 'a secret key'), false)).toMatchObject({
      level: 'fail',
      what: 'it cannot be read: file is not a database',
    })
  })

  test('a folder is in use exactly while it is locked, and looking takes no lock', () => {
    const folder = newFolder()
    expect(isInUse(folder)).toBe(false)
    const held = lockDataDir(folder)
    expect(isInUse(folder)).toBe(true)
    held.release()
    expect(isInUse(folder)).toBe(false)
    lockDataDir(folder).release()
  })
})

describe('WhatsApp and the clock', () => {
  test('a server that answers is reached, and its Date is compared', async () => {
    const port = await answering((_request, response) => {
      response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString()).end()
    })
    const reach = await reachWhatsApp(`ws://127.0.0.1:${port}/ws/chat`)
    expect(judgeReach(reach)).toEqual(ok('WhatsApp', `127.0.0.1:${port} can be reached`))
    expect(judgeClock(reach)).toMatchObject({ level: 'fail' })
    expect(judgeClock(reach).what).toMatch(/^360[01] s ahead/)
  })

  test('a server that speaks no HTTP is reached all the same, and the clock is left alone', async () => {
    const port = await listening(createSocketServer((socket) => socket.destroy()))
    const reach = await reachWhatsApp(`ws://127.0.0.1:${port}/`)
    expect(reach).toEqual({ address: `127.0.0.1:${port}`, reached: true })
    expect(judgeClock(reach).what).toContain('not checked')
  })

  test('nobody there: the sandbox is named', async () => {
    const port = await unusedPort()
    const finding = judgeReach(await reachWhatsApp(`ws://127.0.0.1:${port}/`))
    expect(finding).toMatchObject({ level: 'warn', what: `127.0.0.1:${port} cannot be reached (ECONNREFUSED)` })
    expect(finding.advice).toContain('sandbox')
  })

  test('somebody who proves nothing is not WhatsApp', async () => {
    const port = await answering((_request, response) => response.end())
    expect(await reachWhatsApp(`wss://127.0.0.1:${port}/`)).toMatchObject({ reached: false })
  })

  test('silence is waited for so long and no longer', async () => {
    const port = await listening(createSocketServer())
    expect(await reachWhatsApp(`wss://127.0.0.1:${port}/`, 50)).toMatchObject({
      reached: false,
      trouble: 'no answer in time',
    })
  })

  test.each([
    [0, 'ok'],
    [-29_000, 'ok'],
    [31_000, 'warn'],
    [-31_000, 'warn'],
    [-901_000, 'fail'],
  ])('a clock %i ms ahead: %s', (clockAhead, level) => {
    expect(judgeClock({ clockAhead }).level).toBe(level)
  })
})

describe('open files', () => {
  const limits = (soft: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 524288               files     \n`

  test.each([
    ['1024', 'ok', 'about 412 accounts'],
    ['256', 'warn', 'about 28 accounts'],
    ['64', 'warn', 'about 0 accounts'],
    ['unlimited', 'ok', 'no limit'],
  ])('%s: %s', (soft, level, what) => {
    const finding = judgeOpenFiles(openFilesLimit(limits(soft)))
    expect(finding.level).toBe(level)
    expect(finding.what).toContain(what)
  })

  test('a system that does not tell', () => {
    expect(judgeOpenFiles(openFilesLimit(''))).toMatchObject({ level: 'ok' })
  })
})

describe('port', () => {
  const about = { port: 8080, url: 'http://127.0.0.1:8080', version: '0.1.0', ours: false }

  test('free, and any', async () => {
    const port = await unusedPort()
    expect(await inspectPort({ host: '127.0.0.1', port }, '')).toEqual({ kind: 'free' })
    expect(await inspectPort({ host: '127.0.0.1', port: 0 }, '')).toEqual({ kind: 'any' })
  })

  test('taken by a Gangway, or by something else', async () => {
    const gangway = await answering((_request, response) => response.end('{"status":"ok","version":"0.0.9"}'))
    const other = await answering((_request, response) => response.end('<h1>It works!</h1>'))
    const at = (port: number) => inspectPort({ host: '127.0.0.1', port }, `http://127.0.0.1:${port}`)
    expect(await at(gangway)).toEqual({ kind: 'gangway', version: '0.0.9' })
    expect(await at(other)).toEqual({ kind: 'taken' })
  })

  test('an address of another machine', async () => {
    const state = await inspectPort({ host: '192.0.2.1', port: 8080 }, '')
    expect(judgePort(state, about)).toMatchObject({ level: 'fail', what: '8080 cannot be used (EADDRNOTAVAIL)' })
  })

  test.each([
    [{ kind: 'free' }, about, 'ok'],
    [{ kind: 'any' }, about, 'ok'],
    [{ kind: 'free' }, { ...about, ours: true }, 'warn'],
    [{ kind: 'taken' }, about, 'fail'],
    [{ kind: 'gangway', version: '0.1.0' }, { ...about, ours: true }, 'ok'],
    [{ kind: 'gangway', version: '0.1.0' }, about, 'warn'],
    [{ kind: 'gangway', version: '0.2.0' }, { ...about, ours: true }, 'warn'],
  ] as const)('%j, %j: %s', (state, facts, level) => {
    expect(judgePort(state, facts).level).toBe(level)
  })
})

describe('everything', () => {
  test('a setting that makes no sense is named, and nothing behind it is asked', async () => {
    const findings = await examine({ PORT: 'abc' })
    expect(findings.map(({ subject, level }) => [subject, level])).toEqual([
      ['Gangway', 'ok'],
      ['Node', 'ok'],
      ['Settings', 'fail'],
    ])
  })

  test('it makes nothing', async () => {
    const folder = newFolder()
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    rmSync(dataDir, { recursive: true })
    const findings = await examine({
      GANGWAY_DATA_DIR: dataDir,
      PORT: '0',
      GANGWAY_WHATSAPP_URL: `ws://127.0.0.1:${await unusedPort()}/`,
    })
    expect(findings.filter(({ level }) => level !== 'ok').map(({ subject }) => subject)).toEqual(['WhatsApp'])
    expect(await inspectDataFolder(dataDir)).toMatchObject({ exists: false })
  })
})

test('the report has a line each, the advice below, and a verdict', () => {
  const plain = { colour: false }
  expect(report([ok('Node', 'fine'), warn('WhatsApp', 'far', 'Go there.')], plain)).toBe(
    '  ok    Node      fine\n  warn  WhatsApp  far\n                  → Go there.\n\nGangway works, with 1 to look at.\n',
  )
  expect(report([fail('Port', 'taken', 'Free it.')], plain)).toContain('does not work like this: 1 to correct')
  expect(report([ok('Port', 'free')], { colour: true })).toContain('\x1b[32mok  \x1b[0m')
})
