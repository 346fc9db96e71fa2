import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Access } from '../../core/gateway.js'
import type { InstanceCaller } from '../../core/access/access.js'

/** Whoever shows an access key, which is also the name of the instance that it opens. */
export interface WitiCaller extends InstanceCaller {
  /** Upper-case, as the vendor prints its GUIDs, whatever the client wrote. */
  readonly webId: string
}

/** Rejects with `unauthorized` for a key that is missing, ambiguous, no GUID or of nobody, all alike. */
export async function callerByWid(access: Access, query: unknown): Promise<WitiCaller> {
  const [wid, ...more] = widsOf(query)
  if (wid === undefined || more.length > 0 || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(wid)) {
    throw new GatewayError('unauthorized', 'The wid is missing or malformed.')
  }
  const webId = wid.toUpperCase()
  return { ...(await access.byWid(webId)), webId }
}

/** The vendor writes both `wid` and `WID`: ASP.NET reads the names of a query in any case. */
function widsOf(query: unknown): string[] {
  return Object.entries(query ?? {})
    .filter(([name]) => name.toLowerCase() === 'wid')
    .flatMap(([, value]) => value as unknown)
    .filter((value) => typeof value === 'string')
}
