import type { Account } from '../accounts/account.js'
import type { Device } from '../accounts/device.js'
import type { Network } from '../network.js'
import { element } from '../wire/nodes.js'
import { announceDevices } from './announce.js'

/** Takes the device off its account. A connection it has is told so and closed; its next login is refused. */
export function unlinkDevice(network: Network, account: Account, device: Device): void {
  const batch = network.batch()
  account.devices.delete(device.id)
  device.forget(batch)
  network.post.close(device.name, batch)
  announceDevices(network, account, 'remove', device, batch)
  batch.commit()
  network.history.add({ event: 'logged-out', device: device.name })
  network.live.get(device.name)?.dismiss(deviceRemoved())
}

/** The code is what lets clients tell "logged out" from "replaced". */
export function deviceRemoved(): ReturnType<typeof element> {
  return element('stream:error', { code: '401' }, [element('conflict', { type: 'device_removed' })])
}
