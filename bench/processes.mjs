import { performance } from 'node:perf_hooks'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearTimeout } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const probe = pathToFileURL(join(import.meta.dirname, 'probe.mjs')).href
/** What one question, or one process on its way up, may take before the benchmark gives up, in ms. */
const patience = 60_000

/** With a folder in GANGWAY_BENCH_PROFILES, every thread of every process leaves a CPU profile there. */
const profiles = process.env.GANGWAY_BENCH_PROFILES
const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]

const running = new Set()
const folders = new Set()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Whether processes can be pinned to a core here. */
export const canPin = works('taskset', ['--version'])

/** A process of Node with the probe in it, which answers questions over IPC and is gone when this one is. */
export class Child {
  #process
  #calls = new Map()
  #lastCall = 0
  #output = ''

  /**
   * @param {string[]} command file of the program and its arguments
   * @param {{ env?: Record<string, string>, core?: number, onEvent?: (event: object) => void }} [options]
   */
  constructor(command, { env = {}, core, onEvent = () => undefined } = {}) {
    const node = [process.execPath, ...profiling, '--import', probe, ...command]
    const [file, ...args] = core !== undefined && canPin ? ['taskset', '-c', String(core), ...node] : node
    this.#process = spawn(file, args, {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    running.add(this.#process)
    this.#process.once('exit', (code, signal) => {
      running.delete(this.#process)
      for (const { reject } of this.#calls.values()) reject(new Error(`${command[0]} ended (${code ?? signal})`))
    })
    const hear = (chunk) => {
      this.#output = (this.#output + chunk).slice(-20_000)
    }
    this.#process.stdout.on('data', hear)
    this.#process.stderr.on('data', hear)
    this.#process.on('message', ({ call, error, answer, ...event }) => {
      if (call === undefined) return onEvent(event)
      const waiting = this.#calls.get(call)
      this.#calls.delete(call)
      if (error === undefined) waiting?.resolve(answer)
      else waiting?.reject(new Error(error))
    })
  }

  get pid() {
    return this.#process.pid
  }

  /** The end of what it printed. */
  get output() {
    return this.#output
  }

  get #over() {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Resolves with the output so far once it contains `text`. */
  async prints(text) {
    const deadline = performance.now() + patience
    while (!this.#output.includes(text)) {
      if (this.#over || performance.now() > deadline) throw new Error(`never printed '${text}':\n${this.#output}`)
      await sleep(10)
    }
    return this.#output
  }

  /** Asks the probe, or whatever else listens in there. */
  async ask(question, more = {}, time = patience) {
    const call = ++this.#lastCall
    const answer = new Promise((resolve, reject) => this.#calls.set(call, { resolve, reject }))
    this.#process.send({ call, question, ...more })
    return within(answer, `the answer to '${question}'`, time)
  }

  /** Resident memory, in bytes. */
  rss() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#process.pid}/status`, 'utf8'))?.[1]) * 1024
  }

  /** CPU time spent so far by all its threads, in ms. */
  cpu() {
    const fields = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  }

  /** Resolves when it has used next to no CPU for a second: what was begun is done. */
  async settles() {
    const deadline = performance.now() + patience
    for (let before = this.cpu(); performance.now() < deadline; before = this.cpu()) {
      await sleep(1000)
      if (this.cpu() - before < 50) return
    }
    throw new Error('the process never came to rest')
  }

  /** Resolves when it has done what it was started for. */
  async ends() {
    const deadline = performance.now() + patience
    while (!this.#over) {
      if (performance.now() > deadline) throw new Error(`never ended:\n${this.#output}`)
      await sleep(50)
    }
    if (this.#process.exitCode !== 0) throw new Error(`failed:\n${this.#output}`)
  }

  async stop() {
    if (this.#over) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 15_000)
    await exit
    clearTimeout(timer)
  }
}

/** A folder that is gone when the benchmark is. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'gangway-bench-'))
  folders.add(folder)
  return folder
}

/** The same promise, or a failure that names what did not come. */
export async function within(promise, what, time = patience) {
  let timer
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${time} ms`)), time)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function works(file, args) {
  try {
    execFileSync(file, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
