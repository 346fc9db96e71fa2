import { GatewayError } from '../errors/gateway-error.js'
import type { AccessKeys, NewAccessKeyWish } from '../gateway.js'
import { newAccessKeyId, newAccessKeyName, newAccessKeySecret, secretDigest } from '../identifiers.js'
import type { AccessKeyId } from '../ids.js'
import type { AccessKeyStore } from '../ports/access-key-store.js'
import type { Clock } from '../ports/clock.js'
import type { AccessKey } from './access-key.js'
import { requireScope } from './access-service.js'
import type { Caller, Scope } from './access.js'
import { signatureWindow, type SignatureFlaw, type SignedRequest, type Verdict } from './signed-request.js'

/** What a signed request may at most be about; the permissions of its key say which of that. */
const signedScopes: readonly Scope[] = ['instances:read', 'message-links:read', 'message-links:write']

export class AccessKeysService implements AccessKeys {
  readonly #store: AccessKeyStore
  readonly #clock: Clock
  readonly #permissions: readonly string[]
  /** What is compared with where there is no secret. */
  readonly #decoy = newAccessKeySecret()

  /** `permissions`: all that there are. */
  constructor(store: AccessKeyStore, clock: Clock, permissions: readonly string[]) {
    this.#store = store
    this.#clock = clock
    this.#permissions = permissions
  }

  async create(caller: Caller, wish: NewAccessKeyWish): Promise<{ secret: string; record: AccessKey }> {
    requireScope(caller, 'admin')
    const network = wish.network ?? null
    if (caller.network === 'sandbox' && network === null) {
      throw new GatewayError('forbidden', 'A test key can only make test keys.', { field: 'network' })
    }
    const secret = newAccessKeySecret()
    const record = await this.#store.add({
      id: newAccessKeyId(),
      workspace: caller.workspace,
      name: wish.name ?? null,
      accessKeyId: newAccessKeyName(),
      permissions: this.#known(wish.permissions),
      network,
      secret,
      createdAt: this.#clock.now(),
    })
    return { secret, record }
  }

  async list(caller: Caller): Promise<AccessKey[]> {
    requireScope(caller, 'admin')
    const keys = await this.#store.list(caller.workspace)
    return keys.filter((key) => caller.network === null || key.network === caller.network)
  }

  async revoke(caller: Caller, id: AccessKeyId): Promise<void> {
    const keys = await this.list(caller)
    const found = keys.some((key) => key.id === id && key.revokedAt === null)
    if (found && (await this.#store.revoke(caller.workspace, id, this.#clock.now()))) return
    throw new GatewayError('access-key-not-found', 'There is no such access key.')
  }

  async verify(request: SignedRequest): Promise<Verdict> {
    const { accessKeyId, signedAt, nonce } = request
    const found = await this.#store.find(accessKeyId)
    // Also where that can come to nothing, so that both take as long.
    const signed = request.isSignedWith(found?.secret ?? this.#decoy)
    if (!found) return refused('unknown-key')
    if (found.secret === null) return refused('revoked-key')
    if (!signed) return refused('wrong-signature')
    if (!signedAt) return refused('no-time')
    const now = this.#clock.now()
    if (!(Math.abs(now.getTime() - signedAt.getTime()) <= signatureWindow)) return refused('stale')
    const { key } = found
    if (!(await this.#store.useNonce(key.id, nonceDigest(nonce), now))) return refused('repeated')
    return {
      kind: 'accepted',
      key,
      caller: { workspace: key.workspace, scopes: signedScopes, network: key.network ?? 'whatsapp' },
    }
  }

  /** A misspelt one would be found out only when a request is refused. */
  #known(wanted: readonly string[]): readonly string[] {
    const permissions = [...new Set(wanted)]
    if (permissions.length > 0 && permissions.every((one) => this.#permissions.includes(one))) return permissions
    throw new GatewayError('bad-request', 'An access key has permissions, each of them one that there is.', {
      field: 'permissions',
      hint: `There are ${this.#permissions.join(', ')}.`,
    })
  }
}

const refused = (flaw: SignatureFlaw): Verdict => ({ kind: 'refused', flaw })

/** Of one size, however long a nonce somebody makes up. */
const nonceDigest = (nonce: string): Uint8Array => new Uint8Array(secretDigest(nonce).subarray(0, 16))
