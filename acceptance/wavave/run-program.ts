import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Language } from './page.js'

const execute = promisify(execFile)
const modules = join(import.meta.dirname, '..', '..', 'node_modules')

interface Runner {
  readonly needs: string
  /** Ends well where the program can run. */
  readonly probe: readonly [command: string, ...args: string[]]
  readonly file: string
  readonly command: string
}

const runners: Record<Language, Runner> = {
  php: {
    needs: 'PHP with its curl extension',
    probe: ['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'],
    file: 'sample.php',
    command: 'php',
  },
  axios: {
    needs: 'the npm package axios',
    probe: [process.execPath, '-e', 'require("axios")'],
    file: 'sample.cjs',
    command: process.execPath,
  },
  python: {
    needs: 'Python with its package requests',
    probe: ['python3', '-c', 'import requests'],
    file: 'sample.py',
    command: 'python3',
  },
  curl: { needs: 'curl', probe: ['curl', '--version'], file: 'sample.sh', command: 'sh' },
}

/** What is missing here to run programs of a language; undefined when nothing is. */
export async function missing(language: Language): Promise<string | undefined> {
  const { probe, needs } = runners[language]
  const [command, ...args] = probe
  try {
    await execute(command, args, { env: environment() })
    return undefined
  } catch {
    return needs
  }
}

/** Runs a program in a process of its own, and resolves with what it printed, on either stream. */
export async function run(language: Language, code: string): Promise<string> {
  const { file, command } = runners[language]
  const folder = await mkdtemp(join(tmpdir(), 'gangway-sample-'))
  try {
    const path = join(folder, file)
    await writeFile(path, code)
    const { stdout, stderr } = await execute(command, [path], { cwd: folder, env: environment() })
    return stdout + stderr
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Packages are found as if the program lay in this repository. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_PATH: [modules, process.env.NODE_PATH ?? ''].join(':'), NO_PROXY: '*', no_proxy: '*' }
}
