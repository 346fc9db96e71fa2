import { GatewayError } from './gateway-error.js'

/** WhatsApp lets the account do less for a while, and may have said until when. */
export class Restriction extends GatewayError {
  readonly until: Date | null

  constructor(message: string, until: Date | null) {
    super('instance-restricted', message)
    this.until = until
  }
}
