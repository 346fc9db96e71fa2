import { expect, test } from 'vitest'
import { publicUrl } from '../message-links/world.js'
import { edge, key, startWorld, type Page, type World } from './world.js'

/** As a client follows them: to where the gateway is here, with its key in the header. */
const local = (url: string): string => url.slice(publicUrl.length)

const codesOf = ({ data }: Page): string[] => data.map(({ code }) => code)

/** The newest first. */
async function makeMany(world: World, count: number): Promise<string[]> {
  const made: string[] = []
  for (let i = 0; i < count; i++) {
    made.unshift((await world.make(`number ${i}`)).code)
  }
  return made
}

/** Follows the addresses in one direction to their end; `meanwhile` happens between one page and the next. */
async function walk(
  world: World,
  from: string,
  direction: 'next' | 'previous',
  meanwhile: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<Page[]> {
  const pages: Page[] = []
  for (let path: string | undefined = from; path !== undefined;) {
    const page: Page = await world.page(path)
    pages.push(page)
    await meanwhile(page)
    const url = page.paging?.[direction]
    path = url === undefined ? undefined : local(url)
  }
  return pages
}

test('hundreds are walked through forwards and back, each seen once and the newest first', async () => {
  const world = await startWorld()
  const all = await makeMany(world, 260)
  const there = await walk(world, edge, 'next')
  expect(there.map(({ data }) => data.length)).toEqual([...Array<number>(10).fill(25), 10])
  expect(there.flatMap(codesOf)).toEqual(all)
  expect(there[0]?.paging).not.toHaveProperty('previous')
  expect(there.at(-1)?.paging).not.toHaveProperty('next')

  const last = there.at(-1)?.paging?.cursors.before ?? ''
  const back = await walk(world, `${edge}?before=${last}`, 'previous')
  expect(back.map(codesOf).reverse().flat()).toEqual(all.slice(0, 250))
  expect(back.at(-1)?.paging).not.toHaveProperty('previous')
  expect(back.at(-1)?.paging).toHaveProperty('next')
})

test('what is added and removed meanwhile neither repeats nor hides what stays', async () => {
  const world = await startWorld()
  const all = await makeMany(world, 120)
  const gone = new Set<string>()
  const remove = async (code: string | undefined): Promise<void> => {
    if (code === undefined || gone.has(code)) return
    gone.add(code)
    expect((await world.call('DELETE', `${edge}/${code}`)).status).toBe(200)
  }
  const there = await walk(world, `${edge}?limit=7`, 'next', async ({ data }) => {
    await world.make('new meanwhile')
    // The one that the cursor was made of, one that was seen, and one that is still to come.
    await remove(data.at(-1)?.code)
    await remove(data[2]?.code)
    await remove(all[all.indexOf(data.at(-1)?.code ?? '') + 3])
  })
  const seen = there.flatMap(codesOf)
  expect(new Set(seen).size).toBe(seen.length)
  const stayed = all.filter((code) => !gone.has(code))
  expect(seen.filter((code) => !gone.has(code))).toEqual(stayed)
  expect(seen.every((code) => all.includes(code))).toBe(true)

  const end = there.at(-1)?.paging?.cursors.after ?? ''
  const newest = await world.make('the last')
  const back = await walk(world, `${edge}?limit=9&before=${end}`, 'previous', async ({ data }) => {
    await remove(data[0]?.code)
  })
  const found = back.map(codesOf).reverse().flat()
  expect(new Set(found).size).toBe(found.length)
  expect(found.filter((code) => stayed.includes(code) && !gone.has(code))).toEqual(
    stayed.filter((code) => !gone.has(code)),
  )
  expect(found).toContain(newest.code)
})

test('a page past the end is empty', async () => {
  const world = await startWorld()
  const [only] = await makeMany(world, 1)
  const { paging, data } = await world.page(`${edge}?limit=1`)
  expect(codesOf({ data })).toEqual([only])
  expect(Object.keys(paging ?? {})).toEqual(['cursors'])
  expect(await world.page(`${edge}?after=${paging?.cursors.after}`)).toEqual({ data: [] })
  expect(await world.page(`${edge}?before=${paging?.cursors.before}`)).toEqual({ data: [] })
})

test('the addresses of other pages repeat what was asked, on the public address, and never the token', async () => {
  const world = await startWorld()
  await makeMany(world, 3)
  const fields = 'code,qr_image_url.format(SVG)'
  const query = new URLSearchParams({ fields, limit: '1', access_token: key, appsecret_proof: 'secret' }).toString()
  const noHeader = { authorization: '' }
  const first = (await world.call('GET', `${edge}?${query}`, undefined, noHeader)).body as unknown as Page
  const second = await world.page(local(first.paging?.next ?? ''))
  expect(second.data[0]?.qr_image_url).toMatch(/\.svg\?v=1$/)
  for (const [url, direction] of [
    [first.paging?.next, 'after'],
    [second.paging?.next, 'after'],
    [second.paging?.previous, 'before'],
  ] as const) {
    const { origin, pathname, searchParams } = new URL(url ?? '')
    expect(origin + pathname).toBe(publicUrl + edge)
    expect([...searchParams.keys()]).toEqual(['fields', 'limit', direction])
    expect([searchParams.get('fields'), searchParams.get('limit')]).toEqual([fields, '1'])
  }
  expect(JSON.stringify([first, second])).not.toContain(key)
})
