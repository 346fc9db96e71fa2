import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import type { Network } from '../network.js'
import type { Batch } from '../store/store.js'
import { lidJid, numberJid } from '../wire/addresses.js'
import { element, unixSeconds } from '../wire/nodes.js'

/** Tells companions that hold a list of this account's devices that it changed, so that they stop using theirs. */
export function announceDevices(
  network: Network,
  account: Account,
  change: 'add' | 'remove',
  device: Device,
  batch: Batch,
): void {
  for (const watcher of network.watchersOf(account)) {
    for (const companion of watcher.devices.values()) {
      if (companion === device) continue
      for (const [from, jid] of [
        [numberJid(account.number), numberJid(account.number, device.id)],
        [lidJid(account.lid), lidJid(account.lid, device.id)],
      ] as const) {
        const attrs = { type: 'devices', from, id: network.stanzaId(), t: unixSeconds() }
        const content = [element(change, {}, [element('device', { jid, 'key-index': device.id.toString() })])]
        network.post.post(companion.name, element('notification', attrs, content), batch)
      }
    }
  }
}
