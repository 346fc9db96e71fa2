import type { Instance } from '@gangway/sdk'
import { expect, test } from 'vitest'
import { instancesTable } from '#gateway/app/cli/instances.js'
import { named } from '#gateway/app/cli/link/find-instance.js'
import { table } from '#gateway/app/cli/table.js'

const shop: Instance = {
  id: '33935516-a044-4499-b065-9d088a7d1d4e',
  serial: 1101000001,
  name: 'shop',
  network: 'whatsapp',
  phone: null,
  state: 'linked',
  reason: 'connected',
  stateAt: '2026-01-01T00:00:00.000Z',
  desired: 'linked',
  account: { phone: '6281234567890', jid: '6281234567890:1@s.whatsapp.net', lid: null, name: null },
  restrictedUntil: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  activeAt: '2026-01-01T00:00:00.000Z',
  options: { sendGap: 0, typing: 0, markRead: 'never', showOnline: false, linkPreview: true, files: 'lazy' },
}
const office: Instance = {
  ...shop,
  id: shop.id.replace('3', '4'),
  serial: 1101000002,
  name: 'office 👋',
  account: null,
}

test('columns line up, and no line ends in spaces', () => {
  expect(
    table(
      ['A', 'NAME'],
      [
        ['1', 'x'],
        ['200', '👋 é'],
      ],
    ),
  ).toBe('A    NAME\n1    x\n200  👋 é\n')
})

test('a name cannot move the cursor or turn the line around', () => {
  expect(table(['NAME'], [['a\x1b[2Jb\nc\u202ed']])).toBe('NAME\na·[2Jb·c·d\n')
})

test('instances', () => {
  expect(instancesTable([shop, office])).toBe(
    [
      'SERIAL      NAME      NETWORK   STATE   PHONE           ID',
      `1101000001  shop      whatsapp  linked  +6281234567890  ${shop.id}`,
      `1101000002  office 👋  whatsapp  linked  -               ${office.id}`,
      '',
    ].join('\n'),
  )
  expect(instancesTable([])).toContain('gangway link')
})

test('an instance is meant by its id, serial or name', () => {
  for (const word of [shop.id, shop.id.toUpperCase(), '1101000001', 'shop']) {
    expect(named(word, [office, shop])).toBe(shop)
  }
  expect(named('Shop', [office, shop])).toBeUndefined()
})

test('a name that two share says too little', () => {
  const twin = { ...office, name: 'shop' }
  expect(() => named('shop', [shop, twin])).toThrow('say which by its serial (1101000001, 1101000002)')
  expect(named('1101000002', [shop, twin])).toBe(twin)
})

test('a name that looks like the serial of another does not hide it', () => {
  const disguised = { ...office, name: '1101000001' }
  expect(named('1101000001', [disguised, shop])).toBe(shop)
})
