// What `npm start` and `npm test` have in common: install and build when something changed since the last time.
// Runs on whatever Node is there, before any dependency is, so it uses nothing but Node itself.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamps = join(root, 'node_modules', '.gangway')

/** Ends the process with one sentence. */
export function refuse(sentence) {
  console.error(`gangway: ${sentence}`)
  process.exit(1)
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  refuse(`Node ${process.versions.node} is too old: Gangway needs Node 20.19 or newer (24 is recommended).`)
}

/** Installs exactly what the lockfile says, unless that is what is installed. */
export function install() {
  const wanted = digest([join(root, 'package-lock.json'), ...manifests()])
  if (stamp('install') === wanted) return
  step('Installing dependencies (a minute or so, the first time)', 'npm', ['ci', '--no-audit', '--no-fund'])
  setStamp('install', wanted)
}

/** Compiles the packages, unless no source has changed. */
export function build() {
  const sources = packages().flatMap((name) => files(join(root, 'packages', name, 'src')))
  const config = [
    ...packages().map((name) => join(root, 'packages', name, 'tsconfig.json')),
    join(root, 'tsconfig.base.json'),
  ]
  const wanted = digest([...sources, ...config]) + (stamp('install') ?? '')
  const built = packages().every((name) => existsSync(join(root, 'packages', name, 'dist')))
  if (built && stamp('build') === wanted) return
  step('Building', 'npx', ['--no-install', 'tsc', '-b'])
  setStamp('build', wanted)
}

/** Runs one command, showing what it says, and ends the process if it fails. */
export function step(title, command, args, env = {}) {
  const started = Date.now()
  console.log(`\n── ${title} …`)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) refuse(`'${command}' could not be run: ${error.message}`)
  if (status !== 0) refuse(`${title}: failed (exit code ${status}).`)
  console.log(`   ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

function packages() {
  return readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'tsconfig.json')))
}

function manifests() {
  return packages().map((name) => join(root, 'packages', name, 'package.json'))
}

function files(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort()
}

function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function stamp(name) {
  const path = join(stamps, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function setStamp(name, value) {
  mkdirSync(stamps, { recursive: true })
  writeFileSync(join(stamps, name), value)
}
