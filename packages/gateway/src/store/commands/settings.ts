import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId } from '../../core/ids.js'
import type { WriteTransaction } from '../write.js'

export interface PutSettings {
  readonly instance: InstanceId
  readonly dialect: string
  readonly bytes: Uint8Array
}

export async function putSettings({ db }: WriteTransaction, { instance, dialect, bytes }: PutSettings): Promise<void> {
  const owner = await db.selectFrom('instances').select('serial').where('id', '=', instance).executeTakeFirst()
  if (!owner) throw new GatewayError('instance-not-found', 'There is no such instance.')
  await db
    .insertInto('settings')
    .values({ instance: owner.serial, dialect, bytes })
    .onConflict((conflict) => conflict.columns(['instance', 'dialect']).doUpdateSet({ bytes }))
    .execute()
}
