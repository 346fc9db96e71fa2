import { describe, expect, test } from 'vitest'
import { answered, counted, day, down, hour, manualWorld, until } from './world.js'

const shop = 'https://shop.example/hook'

describe('an endpoint that works', () => {
  test('is sent each event once, in order, one request at a time', async () => {
    const { happened, instance, subscribe, endpoints, settled } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    let most = 0
    endpoints.answer = async () => {
      most = Math.max(most, endpoints.open())
      await new Promise((resolve) => setImmediate(resolve))
      return answered(200)
    }
    const events = await happened(id, 250)
    await until(() => endpoints.seen.length >= 250)
    await settled()
    expect(endpoints.seen.map(({ seq, id: webhook }) => [seq, webhook])).toEqual(events.map((e) => [e.seq, e.id]))
    expect(most).toBe(1)
  })

  test('is told of nothing before it subscribed, or of everything that is kept', async () => {
    const { happened, instance, subscribe, seqs, settled } = await manualWorld()
    const id = await instance()
    await happened(id, 3)
    await subscribe('https://new.example/')
    await subscribe('https://all.example/', { from: 'start' })
    await happened(id)
    await until(() => seqs('example').length >= 6)
    await settled()
    expect([seqs('new'), seqs('all')]).toEqual([[5], [1, 2, 3, 4, 5]])
  })

  test('is told of instances that are made later, from their first event on', async () => {
    const { instance, subscribe, endpoints } = await manualWorld()
    await subscribe(shop)
    const id = await instance()
    await until(() => endpoints.seen.length === 1)
    expect(endpoints.seen[0]).toMatchObject({ seq: 1, instance: id })
  })

  test('is told only of the kinds, instance and network that it subscribed to', async () => {
    const { happened, instance, subscribe, endpoints, settled } = await manualWorld()
    const [one, other, real] = [await instance(), await instance(), await instance('whatsapp')]
    await subscribe('https://calls.example/', { kinds: ['call'] })
    await subscribe('https://one.example/', { instance: one })
    await subscribe('https://real.example/', { network: 'whatsapp' })
    const call = { id: 'A', from: 'x', phone: null, lid: null, status: 'offered', video: false, group: null } as const
    await happened(one)
    await happened(other, 2)
    await happened(other, 1, { kind: 'call', data: call })
    await happened(other, 2)
    await happened(real)
    await until(() => endpoints.seen.length >= 3)
    await settled()
    expect(new Set(endpoints.seen.map(({ url, instance: of, seq }) => `${url} ${of} ${seq}`))).toEqual(
      new Set([
        `https://calls.example/ ${other} 4`,
        `https://one.example/ ${one} 2`,
        `https://real.example/ ${real} 2`,
      ]),
    )
  })

  test('is left alone while nothing happens, and so is the database', async () => {
    const { happened, instance, subscribe, clock, endpoints, database, pass } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    await happened(id)
    await until(() => endpoints.seen.length === 1)
    await pass(hour)
    const [{ units }, { pending }] = [database.store.stats(), clock]
    clock.advance(12 * hour)
    await new Promise((resolve) => setImmediate(resolve))
    // Retention looks once an hour; deliveries do not look at all.
    expect(database.store.stats().units - units).toBeLessThan(30)
    expect(clock.pending).toBeLessThanOrEqual(pending)
    expect(endpoints.seen).toHaveLength(1)
  })
})

describe('F20: an endpoint that is down', () => {
  // A hundredth of the hundred thousand events of the fault, spread over the whole outage.
  for (const [name, days] of [
    ['24 hours', 1],
    ['8 days', 8],
  ] as const)
    test(`for ${name} gets everything in order once it is back, and the others are not touched`, async () => {
      const { happened, instance, subscribe, endpoints, log, seqs, stored, pass } = await manualWorld()
      const id = await instance()
      const { id: dead } = await subscribe('https://dead.example/')
      await subscribe('https://well.example/')
      let back = false
      endpoints.answer = ({ url }) => (url.includes('dead') && !back ? down : 204)
      const batches = days * 25
      const expected: number[] = []
      for (let batch = 0; batch < batches; batch++) {
        for (const { seq } of await happened(id, Math.round(1000 / batches))) expected.push(seq)
        await pass((days * day) / batches)
      }
      await pass(hour)
      expect(seqs('well')).toEqual(expected)
      const attempts = seqs('dead')
      expect(new Set(attempts)).toEqual(new Set([2]))
      // The schedule, and not a flood: seven attempts in the first day, one a day after the third.
      expect(attempts.length).toBeLessThan(8 + days)
      expect(await stored(dead)).toMatchObject({ state: days > 5 ? 'probing' : 'active' })
      expect((await stored(dead)).failingSince).not.toBeNull()
      const told = log.filter(({ level, fields }) => level === 'warn' && fields.subscription === dead)
      const failing = ['an endpoint is failing', 'an endpoint has failed for days, and is only probed']
      expect(told.map(({ message }) => message)).toEqual(days > 5 ? failing : [])

      back = true
      await pass(30 * hour)
      await until(() => seqs('dead').length >= attempts.length + expected.length)
      expect(seqs('dead').slice(attempts.length)).toEqual(expected)
      await pass(1000, 100)
      expect(await stored(dead)).toMatchObject({ state: 'active', failingSince: null })
    })

  test('for a day and a bit is told of once', async () => {
    const { happened, instance, subscribe, endpoints, log, pass } = await manualWorld()
    const id = await instance()
    await subscribe(shop)
    endpoints.answer = () => down
    await happened(id)
    await pass(60 * hour)
    expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'an endpoint is failing', fields: { why: 'refused' } },
    ])
    expect(JSON.stringify(log)).not.toContain('shop.example')
  })

  test('for more than a month loses only what is older than 30 days, and that visibly', async () => {
    const { happened, instance, subscribe, endpoints, letters, pass, seqs } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => down
    for (let passed = 0; passed < 35; passed++) {
      await happened(id, 5)
      await pass(day, 6 * hour)
    }
    const [first] = await letters(subscription)
    expect(first).toMatchObject({ seq: 2, reason: 'expired', lastError: 'The endpoint could not be reached.' })
    endpoints.answer = () => 204
    endpoints.seen.length = 0
    await pass(30 * hour)
    await until(() => endpoints.seen.at(-1)?.seq === 176)
    const lost = (await letters(subscription)).flatMap(({ seq, through }) => counted(seq, through))
    expect(lost.length).toBeGreaterThanOrEqual(20)
    expect(lost.length).toBeLessThanOrEqual(35)
    expect([...lost, ...seqs()]).toEqual(counted(2, 176))
  })

  test('is taken up in all instances at once when one of them finds it well', async () => {
    const { happened, instance, subscribe, endpoints, pass } = await manualWorld()
    const ids = [await instance(), await instance(), await instance()]
    await subscribe(shop)
    endpoints.answer = () => down
    for (const id of ids) await happened(id, 2)
    await until(() => endpoints.seen.length === 3)
    await pass(4 * hour)
    endpoints.answer = () => 204
    endpoints.seen.length = 0
    const fourth = await instance()
    await until(() => endpoints.seen.length === 7)
    expect(endpoints.seen[0]?.instance).toBe(fourth)
  })

  test('is probed by one request an hour, whatever happens in however many instances', async () => {
    const { happened, instance, subscribe, endpoints, pass } = await manualWorld()
    const ids = await Promise.all(Array.from({ length: 10 }, () => instance()))
    await subscribe(shop)
    endpoints.answer = () => down
    for (const id of ids) await happened(id)
    await pass(6 * day)
    endpoints.seen.length = 0
    for (let quarter = 0; quarter < 40; quarter++) {
      for (const id of ids) await happened(id)
      ids.push(await instance())
      await pass(hour / 4, hour / 4)
    }
    expect(endpoints.seen.length).toBeGreaterThan(5)
    expect(endpoints.seen.length).toBeLessThanOrEqual(11)
  })
})

describe('F24: an event that is refused for ever', () => {
  test('is parked within an hour, shown, and the stream goes on behind it in order', async () => {
    const { happened, instance, subscribe, endpoints, letters, log, observed, seqs, pass } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = ({ seq }) => (seq === 4 ? 422 : 204)
    const events = await happened(id, 6)
    await until(() => endpoints.seen.some(({ seq }) => seq === 4))
    await pass(hour, 60_000)
    expect(seqs()).toEqual([2, 3, 4, 4, 4, 4, 5, 6, 7])
    expect(await letters(subscription)).toMatchObject([
      {
        instance: id,
        seq: 4,
        through: 4,
        event: events[2]?.id,
        kind: 'instance.state',
        reason: 'refused',
        attempts: 4,
        lastError: 'The endpoint answered 422.',
      },
    ])
    expect(log.filter(({ message }) => message === 'events were given up')).toHaveLength(1)
    expect(observed.parked).toEqual(['refused'])
  })

  test('does not make an endpoint that refuses everything lose everything', async () => {
    const { happened, instance, subscribe, endpoints, letters, seqs, pass } = await manualWorld()
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    endpoints.answer = () => 401
    await happened(id, 50)
    await pass(10 * day)
    expect((await letters(subscription)).map(({ seq }) => seq)).toEqual([2])
    endpoints.answer = () => 204
    endpoints.seen.length = 0
    await pass(30 * hour)
    await until(() => seqs().length >= 49)
    expect(seqs()).toEqual(counted(3, 51))
  })

  test('with a status that says nothing of it keeps to the schedule, whatever else is taken meanwhile', async () => {
    const { happened, instance, subscribe, endpoints, pass } = await manualWorld()
    const [stuck, well] = [await instance(), await instance()]
    await subscribe(shop)
    endpoints.answer = ({ instance: of }) => (of === stuck ? 503 : 204)
    await happened(stuck)
    for (let minute = 0; minute < 60; minute++) {
      await happened(well, 3)
      await pass(20_000, 5000)
    }
    const tries = endpoints.seen.filter((one) => one.instance === stuck)
    expect(tries.length).toBeLessThanOrEqual(4)
    expect(endpoints.seen.length - tries.length).toBe(180)
  })

  test('that its own format cannot write is parked at once', async () => {
    const { instance, happened, subscribe, endpoints, letters } = await manualWorld({
      formats: [
        {
          name: 'native',
          encode([event]) {
            if (event?.seq === 3) throw new Error('no words')
            return { count: 1, url: shop, contentType: 'application/json', body: JSON.stringify(event), headers: {} }
          },
        },
      ],
    })
    const id = await instance()
    const { id: subscription } = await subscribe(shop)
    await happened(id, 3)
    await until(() => endpoints.seen.length === 2)
    expect(endpoints.seen.map(({ seq }) => seq)).toEqual([2, 4])
    expect(await letters(subscription)).toMatchObject([{ seq: 3, reason: 'not-encodable' }])
  })
})
