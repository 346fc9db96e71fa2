// Writes events into the log of an instance whose gateway is not running: <data folder> <instance> <how many>.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '../packages/gateway/dist/store/sqlite/open.js'

const [folder, id, count] = process.argv.slice(2)
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
const chat = '4915112345678@s.whatsapp.net'
const event = (number) => ({
  kind: 'message.received',
  data: {
    id: `BENCH${number}`,
    chat,
    sender: chat,
    phone: '4915112345678',
    lid: null,
    name: 'Ana',
    fromMe: false,
    content: { kind: 'text', text: `text ${number}` },
    sentAt: at.toISOString(),
  },
})
for (let written = 0; written < Number(count); written += 500) {
  const events = Array.from({ length: 500 }, (_, n) => event(written + n))
  await store.instances.commit({ id, epoch: claimed.epoch }, { at, events })
}
await store.close()
