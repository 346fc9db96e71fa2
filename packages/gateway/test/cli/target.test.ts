import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findTarget } from '#gateway/app/cli/target.js'

function dataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), "gangway cli's-"))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

const key = 'gw_0123456789abcdef'
const nowhere = '/nonexistent'

test.each([
  [{}, 'http://127.0.0.1:8080'],
  [{ PORT: '81', HOST: '10.0.0.7' }, 'http://10.0.0.7:81'],
  [{ HOST: '0.0.0.0' }, 'http://127.0.0.1:8080'],
  [{ HOST: '::' }, 'http://[::1]:8080'],
  [{ PORT: '81', GANGWAY_PUBLIC_URL: 'https://wa.example/' }, 'https://wa.example'],
])('with the settings %j the gateway is at %s', async (env, url) => {
  expect(await findTarget({}, { GANGWAY_DATA_DIR: nowhere, ...env })).toMatchObject({ url, key: undefined })
  expect((await findTarget({ url: 'http://other:1/' }, { GANGWAY_DATA_DIR: nowhere, ...env })).url).toBe(
    'http://other:1',
  )
})

test('an option wins over a setting, and a setting over the file', async () => {
  const folder = dataDir()
  writeFileSync(join(folder, 'admin-key'), `${key}-file\n`)
  const env = { GANGWAY_DATA_DIR: folder, GANGWAY_ADMIN_KEY: `${key}-setting` }
  expect((await findTarget({ key: `${key}-option` }, env)).key).toBe(`${key}-option`)
  expect((await findTarget({}, env)).key).toBe(`${key}-setting`)
  expect((await findTarget({}, { ...env, GANGWAY_ADMIN_KEY: '' })).key).toBe(`${key}-file`)
})

test('what is shown for a shell never has the key in it', async () => {
  const folder = dataDir()
  writeFileSync(join(folder, 'admin-key'), `${key}\n`)
  const env = { GANGWAY_DATA_DIR: folder }
  expect((await findTarget({}, env)).keyInShell).toBe(`$(cat '${folder.replace("'", `'\\''`)}/admin-key')`)
  expect((await findTarget({ key }, env)).keyInShell).toBe('$KEY')
  expect((await findTarget({}, { ...env, GANGWAY_ADMIN_KEY: key })).keyInShell).toBe('$GANGWAY_ADMIN_KEY')
})
