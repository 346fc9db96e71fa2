import { randomUUID } from 'node:crypto'
import type { AccessKey } from '#gateway/core/access/access-key.js'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { AccessKeys } from '#gateway/core/gateway.js'
import type { AccessKeyId } from '#gateway/core/ids.js'

/** Access keys as the native API sees them, in memory. */
export function fakeAccessKeys(check: () => void, time: Date): AccessKeys {
  const all = new Map<AccessKeyId, AccessKey>()
  return {
    async create({ workspace }, { name = null, permissions, network = null }) {
      check()
      const id = randomUUID() as string as AccessKeyId
      const accessKeyId = `GWAK${all.size}`
      const record = { id, workspace, name, accessKeyId, permissions, network, createdAt: time, revokedAt: null }
      all.set(id, record)
      return { secret: `secret of ${accessKeyId}`, record }
    },
    // No route of this API is reached with a signature.
    verify: async () => ({ kind: 'refused', flaw: 'unknown-key' }),
    async list(caller) {
      check()
      return [...all.values()].filter(({ workspace }) => workspace === caller.workspace)
    },
    async revoke(caller, id) {
      check()
      const found = all.get(id)
      if (found?.workspace !== caller.workspace) throw new GatewayError('access-key-not-found', `no ${id}`)
      all.set(id, { ...found, revokedAt: time })
    },
  }
}
