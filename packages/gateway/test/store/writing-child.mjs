// Writes without end and says on stdout what was acknowledged, one line each, until it is killed or its disk fails.
import { Buffer } from 'node:buffer'
import { writeSync } from 'node:fs'
import { openSqliteStore } from '#gateway/store/sqlite/open.js'

const [path, instance] = process.argv.slice(2)
const say = (line) => writeSync(1, `${line}\n`)
const store = await openSqliteStore({
  path,
  secretKey: new Uint8Array(32),
  onFatal: () => {
    say('fatal')
    process.exitCode = 3
  },
})
const [{ epoch }] = await store.instances.claimAll()
const ref = { id: instance, epoch }
const body = { kind: 'link.step', data: { attempt: 'x'.repeat(500), step: 'scan', error: null } }

async function write() {
  while (process.exitCode === undefined) {
    try {
      const { events } = await store.instances.commit(ref, { at: new Date(), events: [body, body] })
      for (const { seq, id } of events) say(`event ${seq} ${id}`)
      const bytes = Buffer.from(id(events))
      await store.credentials.commit(ref, [{ kind: 'key', keyKind: 'session', id: id(events), bytes }])
      say(`key ${id(events)}`)
    } catch (error) {
      say(`error ${error.code} ${error.effect}`)
    }
  }
}

const id = (events) => events[0].id

await Promise.all(Array.from({ length: 8 }, write))
