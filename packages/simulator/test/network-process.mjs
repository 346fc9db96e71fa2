/** A network in a process of its own, so that a test can kill it. Told what to do by messages; answers each with one. */
import process from 'node:process'
import { Buffer } from 'node:buffer'
import { startSimulator } from '#simulator/index.js'

const [, , dataDir, port] = process.argv
const simulator = await startSimulator({ dataDir, port: Number(port) })

const acts = {
  register: async () => (await simulator.registerPhone()).number,
  scan: ({ number, qr }) => simulator.phone(number).scan(qr),
  send: async ({ number, to, text }) => (await simulator.phone(number).send(to, text)).id,
  texts: ({ number }) =>
    simulator
      .phone(number)
      .messages()
      .map(({ text }) => text),
  violations: () => simulator.history().filter(({ event }) => event === 'violation'),
}

process.on('message', async ({ id, act, ...details }) => {
  process.send({ id, answer: await acts[act](details) })
})
process.on('disconnect', () => process.exit())
process.send({ url: simulator.url, rootKey: Buffer.from(simulator.rootKey).toString('hex') })
