import { hash, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../errors/gateway-error.js'
import type { Access, NewKey } from '../gateway.js'
import { newApiKey, newApiKeyId, secretDigest } from '../identifiers.js'
import type { ApiKeyId, WorkspaceId } from '../ids.js'
import type { Instance } from '../instances/instance.js'
import type { Clock } from '../ports/clock.js'
import type { AccessStore, InstanceStore } from '../ports/store.js'
import { scopes, type ApiKey, type Caller, type InstanceCaller, type Scope } from './access.js'

/** Keys remembered so that a poller does not cost a query each time. Only keys that exist are, so guesses take no room. */
const remembered = 10_000

/** What an instance's own token is good for: everything about that instance. */
const instanceScopes: readonly Scope[] = ['instances:read', 'instances:write', 'messages:read', 'messages:write']

export class AccessService implements Access {
  readonly #store: AccessStore
  readonly #clock: Clock
  readonly #instances: InstanceStore
  readonly #callers = new Map<string, Caller>()
  readonly #tokens = new Map<string, InstanceCaller>()

  constructor(store: AccessStore, instances: InstanceStore, clock: Clock) {
    this.#store = store
    this.#instances = instances
    this.#clock = clock
  }

  async authenticate(key: string | undefined): Promise<Caller> {
    // Looked up by digest: whoever guesses learns nothing from how long the comparison took.
    const digest = hash('sha256', key ?? '', 'base64')
    const known = this.#callers.get(digest)
    if (known) return known
    const record = await this.#store.keyByHash(Buffer.from(digest, 'base64'))
    if (record?.revokedAt !== null || key === undefined) {
      throw new GatewayError('unauthorized', 'The API key is missing, unknown or revoked.')
    }
    const caller = { workspace: record.workspace, scopes: record.scopes, network: record.network }
    if (this.#callers.size >= remembered) this.#callers.clear()
    this.#callers.set(digest, caller)
    return caller
  }

  async byInstanceToken(serial: number, token: string): Promise<InstanceCaller> {
    const name = `${serial} ${hash('sha256', token, 'base64')}`
    const known = this.#tokens.get(name)
    if (known) return known
    const digest = secretDigest(token)
    const found = await this.#instances.findBySerial(serial)
    // Compared in the same way whether or not there is such an instance.
    const matches = timingSafeEqual(digest, found?.tokenHash ?? Buffer.alloc(digest.length))
    if (!found) throw new GatewayError('instance-not-found', 'There is no such instance.')
    if (!matches) throw new GatewayError('unauthorized', 'The instance token is wrong.')
    return this.#remember(name, found.instance)
  }

  async byWid(wid: string): Promise<InstanceCaller> {
    const name = hash('sha256', wid.toUpperCase(), 'base64')
    const known = this.#tokens.get(name)
    if (known) return known
    const instance = await this.#instances.findByWid(Buffer.from(name, 'base64'))
    if (!instance) throw new GatewayError('unauthorized', 'The access key is unknown.')
    return this.#remember(name, instance)
  }

  /** An instance was removed or its token replaced: what was remembered may no longer hold. */
  forgetTokens(): void {
    this.#tokens.clear()
  }

  #remember(name: string, { id, workspace }: Instance): InstanceCaller {
    const caller: Caller = { workspace, scopes: instanceScopes, network: null, instance: id }
    const known = { caller, instance: id }
    if (this.#tokens.size >= remembered) this.#tokens.clear()
    this.#tokens.set(name, known)
    return known
  }

  async createKey(caller: Caller, wish: NewKey): Promise<{ key: string; record: ApiKey }> {
    requireScope(caller, 'admin')
    const wanted = wish.scopes ?? caller.scopes
    const network = wish.network ?? null
    if (caller.network === 'sandbox' && network === null) {
      throw new GatewayError('forbidden', 'A test key can only make test keys.', { field: 'network' })
    }
    const key = newApiKey()
    const record = await this.#store.addKey({
      id: newApiKeyId(),
      workspace: caller.workspace,
      name: wish.name,
      scopes: wanted,
      network,
      hash: secretDigest(key),
      createdAt: this.#clock.now(),
    })
    return { key, record }
  }

  async listKeys(caller: Caller): Promise<ApiKey[]> {
    requireScope(caller, 'admin')
    const keys = await this.#store.listKeys(caller.workspace)
    return keys.filter((key) => caller.network === null || key.network === caller.network)
  }

  async revokeKey(caller: Caller, id: ApiKeyId): Promise<void> {
    const keys = await this.listKeys(caller)
    const found = keys.some((key) => key.id === id && key.revokedAt === null)
    if (!found || !(await this.#store.revokeKey(caller.workspace, id, this.#clock.now()))) {
      throw new GatewayError('key-not-found', 'There is no such key.')
    }
    this.#callers.clear()
  }

  /** Makes the operator's own key (GANGWAY_ADMIN_KEY) valid for a workspace; safe to repeat. */
  async admit(workspace: WorkspaceId, key: string, name: string): Promise<void> {
    const hash = secretDigest(key)
    if (await this.#store.keyByHash(hash)) return
    const createdAt = this.#clock.now()
    await this.#store.addKey({ id: newApiKeyId(), workspace, name, scopes, network: null, hash, createdAt })
  }
}

/** Rejects with `forbidden` when the key behind a request may not do this. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.includes('admin') || caller.scopes.includes(scope)) return
  throw new GatewayError('forbidden', `This key lacks the scope '${scope}'.`)
}
