import type { Caller, InstanceCaller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { Gateway } from '../../core/gateway.js'

/** Whose instance an address names. An idInstance has up to ten digits; anything else names none. */
export async function instanceOf(gateway: Gateway, idInstance: string, token: string): Promise<InstanceCaller> {
  if (!/^\d{1,10}$/.test(idInstance)) throw new GatewayError('instance-not-found', 'not an idInstance')
  return gateway.access.byInstanceToken(Number(idInstance), token)
}

/** A partner is a workspace, and its token any API key of it. */
export async function partnerOf(gateway: Gateway, partnerToken: string): Promise<Caller> {
  return gateway.access.authenticate(partnerToken)
}
