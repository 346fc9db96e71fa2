import type { AccessKeyId, WorkspaceId } from '../ids.js'

/** What signs requests in the formats whose clients show no key, and what its holder may do with it. */
export interface AccessKey {
  readonly id: AccessKeyId
  readonly workspace: WorkspaceId
  readonly name: string | null
  /** What clients name themselves by. No secret. */
  readonly accessKeyId: string
  readonly permissions: readonly string[]
  /** As of an API key: one of the sandbox is a test key. Null: WhatsApp itself, as a signed request can name no network. */
  readonly network: 'sandbox' | null
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

/** Whether what is written as `<product>:<action>` is among them, by itself or with all of its product. */
export function permits(permissions: readonly string[], wanted: string): boolean {
  const [product = ''] = wanted.split(':', 1)
  return permissions.includes(wanted) || permissions.includes(`${product}:*`)
}
