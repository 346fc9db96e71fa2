import { expect, test } from 'vitest'
import { usualOptions } from '#gateway/core/instances/options.js'
import { coreWorld } from './world.js'

test('what is left out of an edit of the options stays as it is, also of edits at one time', async () => {
  const { gateway, caller } = await coreWorld()
  const { instance } = await gateway.instances.create(caller, { name: 'shop' })
  expect(instance.options).toEqual(usualOptions)
  await Promise.all([
    gateway.instances.edit(caller, instance.id, { options: { sendGap: 500 } }),
    gateway.instances.edit(caller, instance.id, { options: { showOnline: true }, name: 'other' }),
  ])
  const edited = await gateway.instances.get(caller, instance.id)
  expect(edited).toMatchObject({ name: 'other', options: { ...usualOptions, sendGap: 500, showOnline: true } })
})

const refused: readonly (readonly [options: object, field: string])[] = [
  [{ sendGap: -1 }, 'options.sendGap'],
  [{ sendGap: 86_400_001 }, 'options.sendGap'],
  [{ sendGap: 0.5 }, 'options.sendGap'],
  [{ typing: 60_001 }, 'options.typing'],
  [{ typing: '5' }, 'options.typing'],
  [{ markRead: 'always' }, 'options.markRead'],
  [{ files: 'never' }, 'options.files'],
  [{ showOnline: 1 }, 'options.showOnline'],
  [{ linkPreview: null }, 'options.linkPreview'],
]

test('an option that cannot be so is refused by its name, and nothing is changed', async () => {
  const { gateway, caller } = await coreWorld()
  const { instance } = await gateway.instances.create(caller, { name: 'shop' })
  for (const [options, field] of refused) {
    const edit = gateway.instances.edit(caller, instance.id, { name: 'other', options })
    await expect(edit, field).rejects.toMatchObject({ code: 'bad-request', field })
  }
  expect(await gateway.instances.get(caller, instance.id)).toEqual(instance)
})

test('an instance is made with the options that it is to have, or not at all', async () => {
  const { gateway, caller } = await coreWorld()
  const { instance } = await gateway.instances.create(caller, { name: 'shop', options: { sendGap: 500 } })
  expect(instance.options).toEqual({ ...usualOptions, sendGap: 500 })
  const wrong = gateway.instances.create(caller, { name: 'other', options: { sendGap: -1 } })
  await expect(wrong).rejects.toMatchObject({ code: 'bad-request', field: 'options.sendGap' })
  expect(await gateway.instances.list(caller, { limit: 10 })).toHaveLength(1)
})
