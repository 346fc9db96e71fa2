import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, type TestContext } from 'vitest'

/**
 * A network of its own in which every address there is, private or public, leads to this machine: a connection to any of
 * them is accepted and can be told from the others by the address it came to. `$1` names the only name server.
 */
const setUp = [
  'ip link set lo up',
  'ip address add 10.0.0.1/8 dev lo',
  'ip address add 169.254.169.254/16 dev lo',
  'ip address add 93.184.216.34/32 dev lo',
  'ip route add local 0.0.0.0/0 dev lo table main',
  'ip -6 route add local ::/0 dev lo',
  // What is sent to the first is lost; the second cannot be sent to.
  'ip route add 93.184.216.51/32 dev lo',
  'ip route add unreachable 93.184.216.52/32',
  'mount --bind "$1" /etc/resolv.conf',
].join(' && ')

/** As whoever is allowed to, or as root of a user namespace. */
const ways = [
  ['--net', '--mount'],
  ['--map-root-user', '--net', '--mount'],
] as const

function namespace(context: TestContext): (script: string, ...args: string[]) => unknown {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-namespace-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const resolvConf = join(folder, 'resolv.conf')
  writeFileSync(resolvConf, 'nameserver 127.0.0.1\n')
  const tries = ways.map((way) => ({
    way,
    result: spawnSync('unshare', [...way, 'sh', '-c', setUp, 'sh', resolvConf], { encoding: 'utf8' }),
  }))
  const works = tries.find(({ result }) => result.status === 0)
  if (!works) {
    const reasons = tries.map(({ result }) => result.error?.message ?? result.stderr.trim())
    return context.skip(`needs a network namespace: ${[...new Set(reasons)].join('; ')}`)
  }
  return (script, ...args) => {
    const child = fileURLToPath(new URL(script, import.meta.url))
    const command = `${setUp} && shift && exec "$@"`
    const all = [...works.way, 'sh', '-c', command, 'sh', resolvConf, process.execPath, child, ...args]
    return JSON.parse(
      execFileSync('unshare', all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
    ) as unknown
  }
}

test('C17: of thousands of hostile URLs, names and redirects none reaches a private address, and the others arrive', (context) => {
  const run = namespace(context)
  const seed = String(Math.floor(Math.random() * 2 ** 31))
  const report = run('./hostile-network-child.mjs', seed) as { cases: number; arrived: number; redirects: number }
  expect(report, `seed ${seed}`).toMatchObject({ tripped: [], wrong: [] })
  expect(report.cases).toBeGreaterThanOrEqual(6000)
  expect(report.arrived).toBeGreaterThan(1500)
  expect(report.redirects).toBeGreaterThan(500)
})

test('the same network shows what a client without the filter would have reached', (context) => {
  const run = namespace(context)
  const report = run('./hostile-network-child.mjs', '1', 'unfiltered') as { tripped: string[] }
  const reached = new Set(report.tripped)
  for (const address of ['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', 'fd00::1'])
    expect(reached).toContain(address)
})

test('F21: a host that is silent from the start is given up at the deadline, and no socket is left behind', (context) => {
  const run = namespace(context)
  expect(run('./silent-hosts-child.mjs')).toEqual({
    silent: { kind: 'unreachable', why: 'timed-out' },
    unreachable: { kind: 'unreachable', why: 'no-route' },
    silentFirst: 200,
    sockets: 0,
  })
})

test('names whose servers are silent hold up no other name', (context) => {
  const run = namespace(context)
  expect(run('./silent-names-child.mjs')).toEqual({ healthy: 200, deadByThen: 0 })
})
