import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Client } from './client.js'

interface Ready {
  readonly url: string
  readonly rootKey: string
}

/** A network that can be killed at any moment and started again on the same port. */
class NetworkProcess {
  url = ''
  rootKey = Buffer.alloc(0)
  readonly #dataDir: string
  #child: ChildProcess | undefined
  #lastId = 0

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port
    const child = fork(new URL('network-process.mjs', import.meta.url), [this.#dataDir, port], { execArgv: [] })
    child.setMaxListeners(0)
    const [ready] = (await once(child, 'message')) as [Ready]
    this.#child = child
    this.url = ready.url
    this.rootKey = Buffer.from(ready.rootKey, 'hex')
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Rejects when the process is killed before it answered. */
  ask(act: string, details: Record<string, string> = {}): Promise<unknown> {
    const child = this.#child
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const listen = (message: { id?: number; answer?: unknown }) => {
        if (message.id !== id) return
        child?.off('message', listen)
        resolve(message.answer)
      }
      child?.on('message', listen)
      child?.once('exit', () => {
        reject(new Error('killed'))
      })
      child?.send({ id, act, ...details })
    })
  }
}

test('a network killed again and again loses nothing it took', { timeout: 60_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'simulator-'))
  const network = new NetworkProcess(dataDir)
  onTestFinished(async () => {
    await network.kill()
    await rm(dataDir, { recursive: true, force: true })
  })
  await network.start()
  const [shop, ana] = [String(await network.ask('register')), String(await network.ask('register'))]
  const client = new Client(() => network)
  onTestFinished(() => client.close())
  await client.until(({ qr }) => qr !== undefined, 'a QR code')
  await network.ask('scan', { number: shop, qr: client.qr ?? '' })
  await client.until(({ closes }) => closes.includes(515), 'restart')
  await client.reconnect()

  const taken: string[] = []
  for (const round of [3, 11, 24]) {
    const closes = client.closes.length
    const conversation = async () => {
      for (let index = 0; ; index++) {
        const text = `${round}.${index}`
        const answer = client.socket
          .sendMessage(`${ana}@s.whatsapp.net`, { text: `answer ${text}` })
          .catch(() => undefined)
        if (index === round) void network.kill()
        taken.push(String(await network.ask('send', { number: ana, to: shop, text })))
        await answer
      }
    }
    await expect(conversation()).rejects.toThrow('killed')
    await client.until((one) => one.closes.length > closes, 'cut off')
    await network.start()
    await client.reconnect()
  }

  await network.ask('send', { number: ana, to: shop, text: 'the end' })
  await client.receivedText('the end')
  await client.socket.sendMessage(`${ana}@s.whatsapp.net`, { text: 'the very end' })
  await expect.poll(() => network.ask('texts', { number: ana })).toContain('the very end')

  // Not what the library shows: it loses a message when the socket closes between decryption and receipt.
  await client.until(({ stanzas }) => taken.every((id) => stanzas.has(id)), 'all that was taken')
  const atAna = (await network.ask('texts', { number: ana })) as string[]
  expect(new Set(atAna).size).toBe(atAna.length)
  expect(await network.ask('violations')).toEqual([])
})
