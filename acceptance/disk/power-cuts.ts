import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { EventLog, HardyClient } from '../chaos/event-log.js'
import { until } from '../native-client.js'
import { startWorld } from '../world.js'
import { cutPower, faultyDisk } from './faulty-disk.js'

const messages = 200

/** What was acknowledged before a power cut and is not in the log after it, over some cuts; the first loss ends it. */
export async function cuts(count: number, env: Readonly<Record<string, string>>) {
  const world = await startWorld()
  const { whatsapp, gateway, api } = world
  const { instance, phone } = await world.linked()
  const friend = await whatsapp.registerPhone()
  const log = new EventLog(new HardyClient(gateway.url, await gateway.adminKey()), instance.id)
  const undo = join(gateway.dataDir, 'undo')
  const acknowledged = (): string[] =>
    whatsapp.history().flatMap((entry) => (entry.event === 'acked' && entry.tag === 'message' ? [entry.id] : []))
  const lost: string[] = []
  let undone = 0
  for (let cut = 0; cut < count; cut++) {
    await gateway.stop()
    await rm(undo, { force: true })
    await gateway.start({ ...env, LD_PRELOAD: faultyDisk ?? '', DISK_UNDO: undo })
    await api.reaches(instance.id, 'linked')
    const before = acknowledged().length
    const sending = (async () => {
      for (let number = 0; number < messages; number++) await friend.send(phone.number, `${cut}: ${number}`)
    })()
    await until(
      () => acknowledged().length - before,
      (arrived) => arrived > cut % (messages / 2),
    )
    await gateway.kill()
    await sending
    await until(
      () => whatsapp.connections(),
      (open) => open === 0,
    )
    const certain = acknowledged().slice(before)
    undone += await cutPower(undo)
    await gateway.start()
    await api.reaches(instance.id, 'linked')
    await log.catchUp()
    lost.push(...certain.filter((id) => !log.told.has(id)))
    if (lost.length > 0) break
  }
  return {
    lost,
    undone,
    acknowledged: acknowledged().length,
    violations: whatsapp.history().filter(({ event }) => event === 'violation'),
  }
}
