import { chatModificationToAppPatch, type WAPatchCreate, type WAPatchName } from 'baileys'
import type { Device } from '../accounts/device.js'
import { announceVersion } from '../app-state/announce.js'
import { isCollectionName } from '../app-state/collection.js'
import { SimulatorError } from '../errors.js'
import { fromText, toText } from '../store/records.js'
import type { Batch, Store } from '../store/store.js'
import { tellCompanion } from './peer-message.js'
import type { Phone } from './phone.js'
import { StateView, UnreadablePatch, type Entry } from './state-view.js'
import { newSyncKey, shareOf, type SyncKey } from './sync-key.js'

/**
 * What the devices of an account have in common besides messages, as its phone has it. One act at a time: those that are
 * asynchronous are called under the lock of the phone.
 */
export class AppState {
  readonly #phone: Phone
  #key: SyncKey | undefined
  /** Companions that were given the key. */
  readonly #informed = new Set<number>()
  readonly #views = new Map<WAPatchName, StateView>()
  /** Versions after which there is a patch that does not open. */
  readonly #broken = new Map<WAPatchName, number>()

  constructor(phone: Phone) {
    this.#phone = phone
  }

  restoreKey(text: string): void {
    const { key, informed } = fromText(text) as { key: SyncKey; informed: number[] }
    this.#key = key
    for (const device of informed) this.#informed.add(device)
  }

  restoreView(name: WAPatchName, text: string): void {
    this.#views.set(name, StateView.restored(text))
  }

  /** Everything of a kind: `archive`, `contact`. */
  entries(kind: string): readonly Entry[] {
    return [...this.#views.values()].flatMap((view) => view.entries()).filter(({ index }) => index[0] === kind)
  }

  /** Before the first companion is there, which then finds the name of the account in place. */
  async begin(): Promise<void> {
    if (this.#key !== undefined) return
    await this.change(chatModificationToAppPatch({ pushNameSetting: this.#phone.name }, ''))
  }

  /** Gives the key to the companions that lack it. */
  async shareKey(): Promise<void> {
    const { account, network } = this.#phone
    const lacking = [...account.devices.values()].filter(({ id }) => !this.#informed.has(id))
    if (lacking.length === 0) return
    await this.begin()
    const batch = network.batch()
    for (const device of lacking) await this.shareKeyWith(device, batch)
    batch.commit()
  }

  /** Also with a companion that had it, and says that it lacks it. */
  async shareKeyWith(device: Device, batch: Batch): Promise<void> {
    const key = this.#ownKey(batch)
    await tellCompanion(this.#phone, device, shareOf(key, this.#phone.account.deviceIds()), batch)
    this.#informed.add(device.id)
    this.#saveKey(key, batch)
  }

  /** Reads what is new in a collection. False if it cannot be read to its end. */
  async fetch(name: WAPatchName, batch: Batch): Promise<boolean> {
    const { network, account } = this.#phone
    const view = this.#view(name)
    for (const patch of network.appStates.collection(account.number, name).since(view.version)) {
      try {
        this.#apply(await view.read(patch, name, this.#ownKey(batch)), batch)
      } catch (error) {
        if (!(error instanceof UnreadablePatch)) throw error
        this.#report(name, view.version, error.message)
        return false
      }
    }
    batch.put('app-state-view', `${account.number}/${name}`, () => view.toText())
    return true
  }

  /** Makes a change, and tells the companions that there is one. */
  async change(change: WAPatchCreate): Promise<void> {
    const { network, account } = this.#phone
    const collection = network.appStates.collection(account.number, change.type)
    const view = this.#view(change.type)
    for (;;) {
      const batch = network.batch()
      if (!(await this.fetch(change.type, batch))) {
        throw new SimulatorError('state-unreadable', `a companion broke the ${change.type} of ${account.number}`)
      }
      const patch = await view.write(change, this.#ownKey(batch))
      // A companion may have been faster.
      const isNext = view.version === collection.version
      if (isNext) {
        collection.append(patch, batch)
        announceVersion(network, account, collection, 0, batch)
        await this.fetch(change.type, batch)
      }
      batch.commit()
      if (isNext) return
    }
  }

  forget(batch: Batch): void {
    const { number } = this.#phone
    batch.remove('sync-key', number)
    for (const name of this.#views.keys()) batch.remove('app-state-view', `${number}/${name}`)
  }

  #apply(changed: readonly Entry[], batch: Batch): void {
    const { account } = this.#phone
    for (const { action } of changed) {
      const name = action.pushNameSetting?.name
      if (name && name !== account.record.name) account.update({ name }, batch)
    }
  }

  #report(name: WAPatchName, version: number, why: string): void {
    if (this.#broken.get(name) === version) return
    this.#broken.set(name, version)
    const detail = `patch ${version + 1} of ${name} of ${this.#phone.number}: ${why}`
    this.#phone.network.history.add({ event: 'violation', rule: 'unreadable-patch', detail })
  }

  #view(name: WAPatchName): StateView {
    const known = this.#views.get(name)
    if (known) return known
    const view = new StateView()
    this.#views.set(name, view)
    return view
  }

  #ownKey(batch: Batch): SyncKey {
    if (this.#key === undefined) {
      this.#key = newSyncKey()
      this.#saveKey(this.#key, batch)
    }
    return this.#key
  }

  #saveKey(key: SyncKey, batch: Batch): void {
    batch.put('sync-key', this.#phone.number, () => toText({ key, informed: [...this.#informed] }))
  }
}

export function restoreAppStates(store: Store, stateOf: (number: string) => AppState | undefined): void {
  for (const { key, value } of store.load('sync-key')) stateOf(key)?.restoreKey(String(value))
  for (const { key, value } of store.load('app-state-view')) {
    const [number = '', name] = key.split('/')
    if (isCollectionName(name)) stateOf(number)?.restoreView(name, String(value))
  }
}
