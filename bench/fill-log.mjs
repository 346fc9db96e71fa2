// Writes received texts into the log of an instance whose gateway is not running: <data folder> <instance> <how many> and,
// unless all are of one chat, <in how many others every second one is>. One a second, the last one now.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '../packages/gateway/dist/store/sqlite/open.js'

const [folder, id, count, others = 0] = process.argv.slice(2)
const store = await openSqliteStore({
  path: join(folder, 'gangway.db'),
  secretKey: createHash('sha256')
    .update(readFileSync(join(folder, 'secret-key'), 'utf8').trim())
    .digest(),
  onFatal: (error) => {
    throw error
  },
})
const claimed = (await store.instances.claimAll()).find(({ instance }) => instance.id === id)
const at = new Date()
const phone = (number) => String(4915112345678 + (number % 2 === 0 || others === 0 ? 0 : 1 + (number % Number(others))))
const event = (number) => ({
  kind: 'message.received',
  data: {
    id: `BENCH${number}`,
    chat: `${phone(number)}@s.whatsapp.net`,
    sender: `${phone(number)}@s.whatsapp.net`,
    phone: phone(number),
    lid: null,
    name: 'Ana',
    fromMe: false,
    content: { kind: 'text', text: `text ${number}` },
    sentAt: new Date(at.getTime() - (Number(count) - 1 - number) * 1000).toISOString(),
  },
})
for (let written = 0; written < Number(count); written += 500) {
  const events = Array.from({ length: 500 }, (_, n) => event(written + n))
  await store.instances.commit({ id, epoch: claimed.epoch }, { at, events })
}
await store.close()
