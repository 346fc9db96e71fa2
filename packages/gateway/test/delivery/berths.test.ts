import { expect, test } from 'vitest'
import { Berth, Berths, type Place } from '#gateway/delivery/berths.js'

/** An endpoint that has shown that it works, as far as it can. */
function proven(berths: Berths): Berth {
  const berth = new Berth(berths)
  for (let times = 0; times < 20; times++) berth.fared(true)
  return berth
}

function enterAll(berth: Berth): Place[] {
  const places: Place[] = []
  for (let place = berth.tryEnter(); place !== undefined; place = berth.tryEnter()) places.push(place)
  return places
}

/** Enters when it may, and notes that it did. */
function queue(berth: Berth, name: string, begun: string[]): void {
  void berth.enter().then((place) => {
    begun.push(place === undefined ? `${name} sent away` : name)
  })
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('an endpoint begins with one request at a time, earns eight, and loses them when it fails', () => {
  const berth = new Berth(new Berths())
  expect(enterAll(berth)).toHaveLength(1)
  for (let times = 0; times < 20; times++) berth.fared(true)
  expect(enterAll(berth)).toHaveLength(7)
  for (let times = 0; times < 8; times++) berth.leave('well')
  berth.fared(false)
  expect(enterAll(berth)).toEqual(['sick'])
})

test('within an endpoint, whoever came first goes first', async () => {
  const berth = new Berth(new Berths())
  const begun: string[] = []
  expect(berth.tryEnter()).toBe('well')
  for (const name of ['a', 'b', 'c']) queue(berth, name, begun)
  await settled()
  expect(begun).toEqual([])
  for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
    berth.leave('well')
    await settled()
    expect(begun).toEqual(expected)
  }
})

test('what was earned while others wait is used', async () => {
  const berth = new Berth(new Berths())
  const begun: string[] = []
  berth.tryEnter()
  for (const name of ['a', 'b', 'c']) queue(berth, name, begun)
  berth.fared(true)
  berth.leave('well')
  await settled()
  expect(begun).toEqual(['a', 'b'])
})

test('endpoints that fail have half of the house at most, and the others the rest', () => {
  const berths = new Berths()
  const sick = Array.from({ length: 400 }, () => {
    const berth = new Berth(berths)
    berth.fared(false)
    return berth.tryEnter()
  })
  expect(sick.filter((place) => place === 'sick')).toHaveLength(256)
  const well = Array.from({ length: 50 }, () => enterAll(proven(berths)).length)
  expect(well.reduce((sum, each) => sum + each, 0)).toBe(256)
})

test('a full house admits one endpoint after the other, and the sick once there is room for them', async () => {
  const berths = new Berths()
  const full = Array.from({ length: 64 }, () => proven(berths))
  for (const berth of full) expect(enterAll(berth)).toHaveLength(8)
  const begun: string[] = []
  const [one, other, sick] = [proven(berths), proven(berths), new Berth(berths)]
  sick.fared(false)
  for (const name of ['one 1', 'one 2', 'one 3']) queue(one, name, begun)
  queue(other, 'other', begun)
  queue(sick, 'sick', begun)
  await settled()
  expect(begun).toEqual([])
  for (const berth of full.slice(0, 4)) berth.leave('well')
  await settled()
  expect(begun).toEqual(['one 1', 'other', 'one 2', 'one 3'])
  full[5]?.leave('well')
  await settled()
  expect(begun.at(-1)).toBe('sick')
})

test('whoever waits for an endpoint that is given up is sent away', async () => {
  const berths = new Berths()
  const berth = new Berth(berths)
  const begun: string[] = []
  berth.tryEnter()
  queue(berth, 'a', begun)
  berth.sendAway()
  await settled()
  expect(begun).toEqual(['a sent away'])
  berth.leave('well')
  expect(berths.taken).toBe(0)
})
