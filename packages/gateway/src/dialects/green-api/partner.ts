import type { Caller } from '../../core/access/access.js'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { InstanceId } from '../../core/ids.js'
import type { Instance } from '../../core/instances/instance.js'
import { changeSettings } from './destination.js'
import { partnerInstance } from './replies.js'
import { readCreateInstance, readIdInstance } from './requests.js'
import type { PartnerMethod, Room } from './room.js'

const page = 200

/** Instances by number, for whoever makes them for others. */
export function partnerMethods(room: Room): readonly PartnerMethod[] {
  const { gateway, shelf } = room
  const { access, instances } = gateway
  return [
    {
      name: 'createInstance',
      verb: 'POST',
      async answer(caller, body) {
        const { name, settings } = readCreateInstance(body)
        const { instance, secrets } = await instances.create(caller, { name: name ?? 'Instance' })
        await orUndo(caller, instance.id, async () => {
          // The vendor's name for one that was given none; the number is known only now.
          if (name === undefined) await instances.edit(caller, instance.id, { name: `Instance ${instance.serial}` })
          const { instanceToken: apiTokenInstance } = secrets
          // As the instance's own holder: a key that may make instances need not be one that may read their messages.
          const own = await access.byInstanceToken(instance.serial, apiTokenInstance)
          await changeSettings(room, own.caller, instance.id, { settings, apiTokenInstance })
        })
        return { idInstance: instance.serial, apiTokenInstance: secrets.instanceToken, typeInstance: 'whatsapp' }
      },
    },
    {
      name: 'deleteInstanceAccount',
      verb: 'POST',
      async answer(caller, body) {
        const serial = readIdInstance(body)
        const [instance] = await instances.list(caller, { afterSerial: serial - 1, limit: 1 })
        if (instance?.serial !== serial) throw new GatewayError('instance-not-found', 'no such instance')
        await instances.remove(caller, instance.id)
        return { deleteInstanceAccount: true }
      },
    },
    {
      name: 'getInstances',
      verb: 'GET',
      async answer(caller) {
        const found = []
        for (let afterSerial = 0; ;) {
          const some = await instances.list(caller, { afterSerial, limit: page })
          found.push(...(await Promise.all(some.map(async (one) => partnerInstance(one, await tokenOf(caller, one))))))
          const last = some.at(-1)
          if (last === undefined || some.length < page) return found
          afterSerial = last.serial
        }
      },
    },
  ]

  /** The token that is kept, if it is still good: it may have been replaced through another API. */
  async function tokenOf(caller: Caller, { id, serial }: Instance): Promise<string> {
    const { apiTokenInstance } = await shelf.read(caller, id)
    if (apiTokenInstance === undefined) return ''
    return access.byInstanceToken(serial, apiTokenInstance).then(
      () => apiTokenInstance,
      () => '',
    )
  }

  /** An instance whose token nobody was told is of no use to anyone. */
  async function orUndo(caller: Caller, id: InstanceId, finish: () => Promise<void>): Promise<void> {
    try {
      await finish()
    } catch (error) {
      await instances.remove(caller, id).catch(() => undefined)
      throw error
    }
  }
}
