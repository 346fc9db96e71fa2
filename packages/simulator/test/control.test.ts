import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type {
  Fault,
  HistoryEntry,
  LinkedDevice,
  PhoneMessage,
  PrivacySettings,
  Simulator,
  VirtualPhone,
} from '#simulator/api.js'
import { startControl, type Control } from '#simulator/control/index.js'
import { SimulatorError, simulatorErrorCodes, type SimulatorErrorCode } from '#simulator/errors.js'

const when = new Date('2026-03-04T05:06:07.000Z')
const laptop: LinkedDevice = {
  jid: '15550001111:1@s.whatsapp.net',
  platform: 'chrome',
  linkedAt: when,
  connected: true,
}
const greeting: PhoneMessage = {
  id: '3EB0AA',
  from: '15550002222',
  to: '15550001111',
  kind: 'text',
  text: 'hello',
  content: { conversation: 'hello' },
  status: 'received',
  receipts: [],
  timestamp: when,
}

const everythingOpen: PrivacySettings = {
  readreceipts: 'all',
  last: 'all',
  online: 'all',
  profile: 'all',
  status: 'all',
  groupadd: 'all',
  calladd: 'all',
  messages: 'all',
}

/** A network that does nothing but remember what it was asked; it stands in for the simulator as a whole. */
class PaperNetwork implements Simulator {
  readonly url = 'ws://127.0.0.1:1/ws/chat'
  readonly rootKey = new Uint8Array(32).fill(0xab)
  readonly armed: Fault[] = []
  readonly asked: unknown[][] = []
  readonly entries: HistoryEntry[] = []
  readonly #phones = new Map<string, VirtualPhone>()
  /** What the next thing asked of a phone ends with. */
  trouble: Error | undefined
  readonly faults = { add: (fault: Fault) => void this.armed.push(fault), clear: () => void this.armed.splice(0) }

  async registerPhone({ number = '15550009999', name = '' } = {}): Promise<VirtualPhone> {
    this.#ask('register', number, name)
    const phone = this.#paperPhone(number, name)
    this.#phones.set(number, phone)
    return phone
  }
  phone(number: string) {
    return this.#phones.get(number)
  }
  phones() {
    return [...this.#phones.values()]
  }
  history(after = 0) {
    return this.entries.slice(after)
  }
  deliveries(device?: string) {
    this.#ask('deliveries', device)
    return []
  }
  expireMedia(path: string, status?: number) {
    this.#ask('expireMedia', path, status)
  }
  connections() {
    return 3
  }
  async close() {
    this.asked.push(['close'])
  }

  #ask(...what: unknown[]) {
    if (this.trouble) throw this.trouble
    this.asked.push(what)
  }

  #paperPhone(number: string, name: string): VirtualPhone {
    let online = true
    const device = async (...what: unknown[]) => {
      this.#ask(...what)
      return laptop
    }
    const message = async (...what: unknown[]) => {
      this.#ask(...what)
      return { ...greeting, id: '3EB0CC' }
    }
    return {
      number,
      name,
      jid: `${number}@s.whatsapp.net`,
      lid: `9${number}@lid`,
      owner: undefined,
      get online() {
        return online
      },
      profile: {
        about: 'busy',
        business: undefined,
        picture: () => undefined,
        setAbout: async (text) => {
          this.#ask('setAbout', text)
        },
        setPicture: async (image) => {
          this.#ask('setPicture', image.length)
        },
        removePicture: async () => {
          this.#ask('removePicture')
        },
      },
      privacy: {
        settings: () => everythingOpen,
        set: async (...setting) => {
          this.#ask('setPrivacy', ...setting)
        },
        numberHidden: false,
        revealNumber: async () => {
          this.#ask('revealNumber')
        },
        blocked: () => [],
        block: async (who) => {
          this.#ask('block', who)
        },
        unblock: async (who) => {
          this.#ask('unblock', who)
        },
        defaultExpiration: 0,
        setDefaultExpiration: async (seconds) => {
          this.#ask('setDefaultExpiration', seconds)
        },
      },
      devices: () => [laptop],
      scan: (qr) => device('scan', qr),
      scanImage: (image) => device('scanImage', image),
      enterCode: (code) => device('enterCode', code),
      send: async (to, text) => {
        this.#ask('send', to, text)
        return { ...greeting, id: '3EB0BB', to, text, status: 'sent' }
      },
      sendContent: (to, content, more) => message('sendContent', to, content, more),
      sendMany: async (to, texts) => {
        this.#ask('sendMany', to, texts)
        return texts.map((text) => `id of ${text}`)
      },
      prepare: async () => {
        throw new Error('nothing is encrypted on paper')
      },
      react: (id, emoji) => message('react', id, emoji),
      edit: (id, text) => message('edit', id, text),
      revoke: (id) => message('revoke', id),
      messages: () => [greeting],
      read: async (ids, more) => {
        this.#ask('read', ids, more)
      },
      play: async (ids, more) => {
        this.#ask('play', ids, more)
      },
      restriction: { until: when, reason: 'BIZ_QUALITY' },
      restrict: async (more) => {
        this.#ask('restrict', more)
      },
      unrestrict: async () => {
        this.#ask('unrestrict')
      },
      forward: (id, to) => message('forward', id, to),
      pin: (id, seconds) => message('pin', id, seconds),
      vote: (id, options) => message('vote', id, options),
      choose: (id, option) => message('choose', id, option),
      postStatus: (content, to) => message('postStatus', content, to),
      setTimer: (to, seconds) => message('setTimer', to, seconds),
      media: async (id) => {
        this.#ask('media', id)
        return {
          bytes: Buffer.from('the bytes'),
          mimetype: id === 'odd' ? 'te/xt\r\n' : 'text/plain',
          fileName: 'a "b"',
        }
      },
      tally: (id) => {
        this.#ask('tally', id)
        return { question: '?', options: [] }
      },
      setAvailable: async (available) => {
        this.#ask('setAvailable', available)
      },
      type: async (to, state) => {
        this.#ask('type', to, state)
      },
      typing: () => [{ from: '15550002222', chat: '15550002222', state: 'composing', since: when }],
      availabilityOf: (who) => ({ available: who === '15550002222', lastSeen: when }),
      createGroup: async () => {
        throw new Error('no groups on paper')
      },
      group: () => undefined,
      groups: () => [],
      joinGroup: async () => {
        throw new Error('no groups on paper')
      },
      acceptInvitation: async () => {
        throw new Error('no groups on paper')
      },
      call: async () => {
        throw new Error('no calls on paper')
      },
      calls: () => [],
      outgoingCall: () => undefined,
      acceptCall: async (id) => {
        this.#ask('acceptCall', id)
      },
      rejectCall: async (id) => {
        this.#ask('rejectCall', id)
      },
      chat: () => {
        throw new Error('no chats on paper')
      },
      chats: () => [],
      contacts: () => [],
      saveContact: async (...contact) => {
        this.#ask('saveContact', ...contact)
      },
      removeContact: async (who) => {
        this.#ask('removeContact', who)
      },
      labels: () => [],
      rename: async (to) => {
        this.#ask('rename', to)
      },
      unlink: async (jid) => {
        this.#ask('unlink', jid)
      },
      leave: () => {
        online = false
      },
      comeBack: async () => {
        online = true
      },
      remove: async () => {
        this.#phones.delete(number)
      },
      received: async () => greeting,
    }
  }
}

let network: PaperNetwork
let control: Control
let failures: unknown[]

beforeEach(async () => {
  network = new PaperNetwork()
  failures = []
  control = await startControl(network, { onError: (error) => failures.push(error) })
})
afterEach(() => control.close())

interface Reply {
  readonly status: number
  readonly type: string | null
  readonly headers: Headers
  readonly body: unknown
}

async function ask(method: string, path: string, body?: unknown): Promise<Reply> {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const sent = body === undefined ? {} : { body: raw ? Buffer.from(body) : JSON.stringify(body) }
  const response = await fetch(control.url + path, { method, ...sent })
  const text = await response.text()
  const { status, headers } = response
  return { status, headers, type: headers.get('content-type'), body: text === '' ? undefined : JSON.parse(text) }
}

/** The same over a bare socket, for what `fetch` would put right. */
function askRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(control.url).port), '127.0.0.1', () => socket.end(text))
    let answer = ''
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('end', () => {
      resolve(answer)
    })
    socket.on('error', reject)
  })
}

const problem = (status: number, code: string) => ({
  status,
  type: 'application/problem+json',
  body: {
    type: 'about:blank',
    status,
    code,
    title: expect.any(String) as string,
    detail: expect.any(String) as string,
  },
})

const shop = '15550001111'
const shopJson = { number: shop, jid: `${shop}@s.whatsapp.net`, lid: `9${shop}@lid`, name: 'Shop', online: true }
const laptopJson = { ...laptop, linkedAt: when.toISOString() }

test('the root says what this is', async () => {
  expect(await ask('GET', '/')).toMatchObject({
    status: 200,
    type: 'application/json',
    body: { name: 'gangway-simulator', url: network.url, rootKey: 'ab'.repeat(32), connections: 3 },
  })
})

describe('phones', () => {
  test('are registered with a number and a name, or with neither', async () => {
    expect(await ask('POST', '/phones', { number: shop, name: 'Shop' })).toMatchObject({ status: 201, body: shopJson })
    expect(await ask('POST', '/phones')).toMatchObject({ status: 201, body: { number: '15550009999' } })
    expect(network.asked).toEqual([
      ['register', shop, 'Shop'],
      ['register', '15550009999', ''],
    ])
  })

  test('are listed, shown with their devices, and deleted', async () => {
    await network.registerPhone({ number: shop, name: 'Shop' })
    expect((await ask('GET', '/phones')).body).toEqual({ items: [shopJson] })
    expect((await ask('GET', `/phones/${shop}`)).body).toEqual({ ...shopJson, devices: [laptopJson] })
    expect(await ask('DELETE', `/phones/${shop}`)).toMatchObject({ status: 204, body: undefined })
    expect(network.phones()).toEqual([])
    expect(await ask('GET', `/phones/${shop}`)).toMatchObject(problem(404, 'phone-not-found'))
  })

  test('leave the network and come back', async () => {
    await network.registerPhone({ number: shop })
    expect((await ask('POST', `/phones/${shop}/offline`)).body).toMatchObject({ online: false })
    expect(network.phone(shop)?.online).toBe(false)
    expect((await ask('POST', `/phones/${shop}/online`, {})).body).toMatchObject({ online: true })
    expect(network.phone(shop)?.online).toBe(true)
  })
})

describe('a phone', () => {
  beforeEach(async () => {
    await network.registerPhone({ number: shop, name: 'Shop' })
    network.asked.length = 0
  })

  test.each([
    ['scan', { qr: '2@abc,def' }, ['scan', '2@abc,def']],
    ['scan', { image: 'data:image/png;base64,AAAA' }, ['scanImage', 'data:image/png;base64,AAAA']],
    ['enter-code', { code: 'ABCD-1234' }, ['enterCode', 'ABCD-1234']],
  ])('links by %s %o', async (action, body, asked) => {
    expect(await ask('POST', `/phones/${shop}/${action}`, body)).toMatchObject({ status: 200, body: laptopJson })
    expect(network.asked).toEqual([asked])
  })

  test('sends and lists messages', async () => {
    const sent = await ask('POST', `/phones/${shop}/messages`, { to: '15550002222', text: 'Olá 👋' })
    expect(sent).toMatchObject({ status: 201, body: { id: '3EB0CC' } })
    expect(network.asked).toEqual([['sendContent', '15550002222', { kind: 'text', text: 'Olá 👋' }, {}]])
    const listed = await ask('GET', `/phones/${shop}/messages`)
    expect(listed).toMatchObject({ status: 200, body: { items: [{ ...greeting, timestamp: when.toISOString() }] } })
  })

  test('sends many texts', async () => {
    const sent = await ask('POST', `/phones/${shop}/messages`, { to: '15550002222', texts: ['one', 'two'] })
    expect(sent).toMatchObject({ status: 201, body: { ids: ['id of one', 'id of two'] } })
    expect(network.asked).toEqual([['sendMany', '15550002222', ['one', 'two']]])
  })

  test.each<[object]>([
    [{ kind: 'text', text: 'yes' }],
    [{ kind: 'text', text: 'see x.org', preview: { url: 'x.org', title: 'X' }, background: '#102030', font: 2 }],
    [{ kind: 'live-location', latitude: 1, longitude: 2, caption: 'here', accuracy: 5, speed: 1.5, sequence: 3 }],
    [{ kind: 'contacts', contacts: [{ name: 'Ben', number: '15550003333' }] }],
    [{ kind: 'poll', question: 'Form?', options: ['a', 'b'], form: 2 }],
    [{ kind: 'video-note', seconds: 3 }],
    [{ kind: 'group-invite', group: '1@g.us', text: 'come' }],
    [{ kind: 'list', text: 'Menu', button: 'Open', sections: [{ title: '', rows: [{ id: '1', text: 'one' }] }] }],
    [{ kind: 'buttons', text: 'Yes?', footer: 'f', buttons: [{ id: 'y', text: 'Yes' }] }],
    [{ kind: 'template', text: 'Visit', buttons: [{ text: 'Go', url: 'https://x.org' }] }],
    [{ kind: 'interactive', text: 'Pick', buttons: [{ name: 'quick_reply', params: { id: 'a' } }] }],
    [{ kind: 'location', latitude: -1.5, longitude: 2, name: 'Here' }],
    [{ kind: 'contact', name: 'Ben', number: '15550003333' }],
    [{ kind: 'poll', question: 'When?', options: ['now', 'later'], selectable: 0 }],
    [{ kind: 'image', caption: 'look' }],
    [{ kind: 'video', mimetype: 'video/mp4' }],
    [{ kind: 'audio', voice: true }],
    [{ kind: 'document', fileName: 'bill.pdf' }],
    [{ kind: 'sticker' }],
    [{ kind: 'raw', message: { conversation: 'x', messageContextInfo: { messageSecret: 'AAEC' } }, type: 'text' }],
  ])('sends %o', async (content) => {
    const body = { to: '15550002222', content, quote: '3EB0AA' }
    expect(await ask('POST', `/phones/${shop}/messages`, body)).toMatchObject({ status: 201, body: { id: '3EB0CC' } })
    expect(JSON.parse(JSON.stringify(network.asked))).toEqual([
      ['sendContent', '15550002222', content, { quote: '3EB0AA' }],
    ])
  })

  test('sends a file, whom it names, and what belongs to it', async () => {
    const bytes = Buffer.from('small')
    const content = { kind: 'audio', bytes: bytes.toString('base64'), voice: true, waveform: 'AAEC', seconds: 2 }
    await ask('POST', `/phones/${shop}/messages`, { to: '1', content, mentions: ['15550003333'] })
    const sent = { kind: 'audio', bytes, voice: true, waveform: Buffer.from([0, 1, 2]), seconds: 2 }
    expect(network.asked).toEqual([['sendContent', '1', sent, { mentions: ['15550003333'] }]])
  })

  test.each([
    ['3EB0AA', 'text/plain'],
    ['odd', 'application/octet-stream'],
  ])('gives the file of %s as it is', async (id, type) => {
    const response = await fetch(`${control.url}/phones/${shop}/messages/${id}/media`)
    expect(await response.text()).toBe('the bytes')
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%20%22b%22")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('is restricted and let go', async () => {
    const path = `/phones/${shop}/restriction`
    const restriction = { until: when.toISOString(), reason: 'BIZ_QUALITY' }
    expect(await ask('POST', path, restriction)).toMatchObject({ status: 200, body: { restriction } })
    expect(await ask('GET', path)).toMatchObject({ status: 200, body: { restriction } })
    expect(await ask('DELETE', path)).toMatchObject({ status: 204 })
    expect(network.asked).toEqual([['restrict', { until: when, reason: 'BIZ_QUALITY' }], ['unrestrict']])
  })

  test('tells who is there and who is typing', async () => {
    const lastSeen = when.toISOString()
    const there = await ask('GET', `/phones/${shop}/presence/15550002222`)
    expect(there).toMatchObject({ status: 200, body: { available: true, lastSeen } })
    const typing = { from: '15550002222', chat: '15550002222', state: 'composing', since: lastSeen }
    expect((await ask('GET', `/phones/${shop}/typing`)).body).toEqual({ items: [typing] })
  })

  test('tells how a poll stands', async () => {
    const body = { question: '?', options: [] }
    expect(await ask('GET', `/phones/${shop}/messages/3EB0AA/tally`)).toMatchObject({ status: 200, body })
  })

  test.each([
    ['messages/3EB0AA/react', { emoji: '👍' }, ['react', '3EB0AA', '👍']],
    ['messages/3EB0AA/react', { emoji: '' }, ['react', '3EB0AA', '']],
    ['messages/3EB0AA/edit', { text: 'better' }, ['edit', '3EB0AA', 'better']],
    ['messages/3EB0AA/revoke', undefined, ['revoke', '3EB0AA']],
    ['messages/3EB0AA/forward', { to: '15550003333' }, ['forward', '3EB0AA', '15550003333']],
    ['messages/3EB0AA/pin', undefined, ['pin', '3EB0AA', 604_800]],
    ['messages/3EB0AA/pin', { seconds: 0 }, ['pin', '3EB0AA', 0]],
    ['messages/3EB0AA/vote', { options: ['tea', 'milk'] }, ['vote', '3EB0AA', ['tea', 'milk']]],
    ['messages/3EB0AA/vote', { options: [] }, ['vote', '3EB0AA', []]],
    ['messages/3EB0AA/choose', { option: 'row 1' }, ['choose', '3EB0AA', 'row 1']],
    ['status', { to: ['15550003333'], text: 'hi' }, ['postStatus', { kind: 'text', text: 'hi' }, ['15550003333']]],
    ['status', { to: [], content: { kind: 'image' } }, ['postStatus', { kind: 'image' }, []]],
    ['timer', { to: '15550003333', seconds: 86_400 }, ['setTimer', '15550003333', 86_400]],
  ])('does %s %o', async (action, body, asked) => {
    expect(await ask('POST', `/phones/${shop}/${action}`, body)).toMatchObject({ status: 201, body: { id: '3EB0CC' } })
    expect(network.asked).toEqual([asked])
  })

  test.each([
    ['read', undefined, ['read', undefined, {}]],
    ['read', { ids: ['3EB0AA'] }, ['read', ['3EB0AA'], {}]],
    ['read', { privately: true }, ['read', undefined, { privately: true }]],
    ['play', { ids: ['3EB0AA'] }, ['play', ['3EB0AA'], {}]],
    ['presence', { available: true }, ['setAvailable', true]],
    ['typing', { to: '1@g.us' }, ['type', '1@g.us', 'composing']],
    ['typing', { to: '15550002222', state: 'recording' }, ['type', '15550002222', 'recording']],
    ['calls/A1/accept', undefined, ['acceptCall', 'A1']],
    ['calls/A1/reject', {}, ['rejectCall', 'A1']],
    ['unlink', undefined, ['unlink', undefined]],
    ['unlink', { device: laptop.jid }, ['unlink', laptop.jid]],
  ])('does %s %o', async (action, body, asked) => {
    expect(await ask('POST', `/phones/${shop}/${action}`, body)).toMatchObject({ status: 204, body: undefined })
    expect(network.asked).toEqual([asked])
  })

  test.each<[string, unknown]>([
    ['scan', {}],
    ['scan', { qr: '' }],
    ['scan', { qr: 5 }],
    ['scan', { qr: 'a', image: 'b' }],
    ['enter-code', { code: null }],
    ['enter-code', []],
    ['enter-code', 'null'],
    ['messages', { to: '1' }],
    ['messages', { text: 'no recipient' }],
    ['messages', { to: '1', text: 'x', type: 'image' }],
    ['messages', '{"to":"1","text":"x","__proto__":{}}'],
    ['messages', { to: '1', texts: 'x' }],
    ['messages', { to: '1', texts: ['x'], quote: '3EB0AA' }],
    ['messages', { to: '1', content: {} }],
    ['messages', { to: '1', content: { kind: 'song' } }],
    ['messages', { to: '1', content: { kind: 'sticker', caption: 'x' } }],
    ['messages', { to: '1', content: { kind: 'text', text: 'x' }, text: 'y' }],
    ['messages', { to: '1', content: { kind: 'location', latitude: 91, longitude: 0 } }],
    ['messages', { to: '1', content: { kind: 'location', latitude: '1', longitude: 0 } }],
    ['messages', { to: '1', content: { kind: 'poll', question: '?' } }],
    ['messages', { to: '1', content: { kind: 'audio', voice: 'yes' } }],
    ['messages', { to: '1', content: { kind: 'raw', message: 'x' } }],
    ['messages', { to: '1', content: { kind: 'raw', message: { imageMessage: 5 } } }],
    ['messages', { to: '1', content: { kind: 'image', bytes: 'not base64!' } }],
    ['messages', { to: '1', content: { kind: 'sticker', viewOnce: true } }],
    ['messages', { to: '1', content: { kind: 'contacts', contacts: [] } }],
    ['messages', { to: '1', content: { kind: 'template', text: 'x', buttons: [{ text: 'y' }] } }],
    ['messages', { to: '1', content: { kind: 'interactive', text: 'x', buttons: [{ name: 'y', params: 5 }] } }],
    ['messages', { to: '1', content: { kind: 'poll', question: '?', options: ['a'], form: 4 } }],
    ['messages/1/react', {}],
    ['messages/1/pin', { seconds: -1 }],
    ['messages/1/vote', {}],
    ['messages/1/choose', { option: '' }],
    ['messages/1/forward', {}],
    ['timer', { to: '1' }],
    ['presence', {}],
    ['restriction', { until: 'tomorrow' }],
    ['typing', { to: '1', state: 'singing' }],
    ['status', { text: 'hi' }],
    ['status', { to: ['1'] }],
    ['messages/1/edit', { text: '' }],
    ['groups', { subject: 'x' }],
    ['groups', { subject: 'x', members: ['1'], addressing: 'both' }],
    ['join', {}],
    ['calls', { to: '1', video: 1 }],
    ['play', {}],
    ['read', { ids: 'all' }],
    ['read', { ids: [1] }],
    ['unlink', { devices: [] }],
    ['offline', { for: '1h' }],
  ])('refuses %s %o', async (action, body) => {
    expect(await ask('POST', `/phones/${shop}/${action}`, body)).toMatchObject(problem(400, 'bad-request'))
    expect(network.asked).toEqual([])
  })
})

describe('faults', () => {
  const faults: Record<Fault['kind'], Fault> = {
    'refuse-login': { kind: 'refuse-login', reason: 401, number: shop },
    'stream-error': { kind: 'stream-error', code: 515, times: 2 },
    conflict: { kind: 'conflict', type: 'device_removed' },
    'close-socket': { kind: 'close-socket' },
    silence: { kind: 'silence' },
    delay: { kind: 'delay', ms: 0 },
    duplicate: { kind: 'duplicate', number: shop, times: 3 },
    reorder: { kind: 'reorder', count: 5 },
    poison: { kind: 'poison', form: 'not-protobuf', number: shop },
    'lose-ack': { kind: 'lose-ack' },
    'withhold-ack': { kind: 'withhold-ack' },
    'late-ack': { kind: 'late-ack', ms: 50 },
    'refuse-message': { kind: 'refuse-message', error: 479, number: shop },
    unreadable: { kind: 'unreadable', number: shop, times: 2 },
  }

  test.each(Object.values(faults))('$kind is added', async (fault) => {
    expect(await ask('POST', '/faults', fault)).toMatchObject({ status: 201, body: fault })
    expect(network.armed).toEqual([fault])
  })

  test('are cleared', async () => {
    network.armed.push(faults.silence)
    expect((await ask('DELETE', '/faults')).status).toBe(204)
    expect(network.armed).toEqual([])
  })

  test.each<unknown>([
    {},
    { kind: 'earthquake' },
    { kind: 'toString' },
    { kind: 'refuse-login' },
    { kind: 'refuse-login', reason: '401' },
    { kind: 'stream-error', code: 1.5 },
    { kind: 'conflict', type: 'other' },
    { kind: 'delay', ms: -1 },
    { kind: 'reorder', count: 1 },
    { kind: 'poison' },
    { kind: 'poison', form: 'sweet' },
    { kind: 'silence', times: 0 },
    { kind: 'refuse-message' },
    { kind: 'late-ack', ms: 'soon' },
    { kind: 'silence', number: 15550001111 },
    { kind: 'silence', ms: 5 },
    [{ kind: 'silence' }],
  ])('%o is refused', async (fault) => {
    expect(await ask('POST', '/faults', fault)).toMatchObject(problem(400, 'bad-request'))
    expect(network.armed).toEqual([])
  })
})

describe('a file on the media server', () => {
  test.each([
    [{ path: '/v/1.enc' }, undefined],
    [{ path: 'http://media/v/1.enc', status: 404 }, 404],
  ])('is expired by %o', async (body, status) => {
    expect(await ask('POST', '/media/expire', body)).toMatchObject({ status: 204 })
    expect(network.asked).toEqual([['expireMedia', body.path, status]])
  })

  test.each([{}, { path: '/v/1', status: 405 }, { path: 5 }])('is not expired by %o', async (body) => {
    expect(await ask('POST', '/media/expire', body)).toMatchObject(problem(400, 'bad-request'))
    expect(network.asked).toEqual([])
  })
})

describe('the history', () => {
  beforeEach(() => {
    network.entries.push(
      { at: 1.5, event: 'connected', connection: 1 },
      { at: 2, event: 'pushed', connection: 1, device: `${shop}:1`, stanza: 4, id: '3EB0AA', tag: 'message' },
      { at: 3, event: 'violation', rule: 'reused-counter', detail: 'counter 7' },
    )
  })

  test('is numbered and read in parts', async () => {
    const whole = await ask('GET', '/history')
    expect(whole.body).toEqual({ items: network.entries.map((entry, i) => ({ seq: i + 1, ...entry })), next: 3 })
    expect((await ask('GET', '/history?after=2')).body).toEqual({ items: [{ seq: 3, ...network.entries[2] }], next: 3 })
    expect((await ask('GET', '/history?after=3')).body).toEqual({ items: [], next: 3 })
  })

  test.each(['-1', 'x', '1.5', '', '99999999999999999999'])('refuses after=%s', async (after) => {
    expect(await ask('GET', `/history?after=${after}`)).toMatchObject(problem(400, 'bad-request'))
  })
})

describe('a refusal of the simulator', () => {
  const statuses: Record<SimulatorErrorCode, number> = {
    'phone-not-found': 404,
    'number-taken': 409,
    'bad-number': 422,
    'phone-offline': 409,
    'no-qr-in-image': 422,
    'image-too-large': 413,
    'qr-not-valid': 422,
    'qr-expired': 410,
    'code-not-valid': 422,
    'recipient-not-found': 422,
    'device-not-found': 404,
    'companion-refused': 409,
    'companion-silent': 504,
    'group-not-found': 404,
    'not-a-member': 403,
    'not-an-admin': 403,
    'bad-subject': 422,
    'member-refused': 409,
    'call-not-found': 404,
    'message-not-found': 404,
    'call-ended': 409,
    'bad-choice': 422,
    'media-not-found': 404,
    'media-damaged': 422,
    'media-too-large': 413,
    'state-unreadable': 409,
    'join-requested': 409,
    'invitation-not-valid': 410,
    'picture-not-readable': 422,
    'bad-setting': 422,
  }

  test.each(simulatorErrorCodes)('%s becomes a problem document', async (code) => {
    network.trouble = new SimulatorError(code, 'in so many words')
    const answer = await ask('POST', '/phones', {})
    expect(answer).toMatchObject(problem(statuses[code], code))
    expect(answer.body).toMatchObject({ detail: 'in so many words' })
    expect(failures).toEqual([])
  })
})

test('a failure of the simulator is told to the host and not to the caller', async () => {
  network.trouble = new TypeError('secret is undefined')
  const answer = await ask('POST', '/phones', {})
  expect(answer).toMatchObject(problem(500, 'internal-error'))
  expect(JSON.stringify(answer.body)).not.toContain('secret')
  expect(failures).toEqual([network.trouble])
})

describe('requests that make no sense', () => {
  afterEach(() => {
    expect(failures).toEqual([])
  })

  test.each(['/nothing', '/phones/', '/phones//scan', '/phones/1/dance', '/phones/%E0%A4%A', '/phones/1/scan/'])(
    '%s does not exist',
    async (path) => {
      expect(await ask('GET', path)).toMatchObject(problem(404, 'route-not-found'))
    },
  )

  test.each(['//', '*', 'http://[', '?'])('the target %s is answered', async (target) => {
    const answer = await askRaw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
  })

  test.each([
    ['PUT', '/', 'GET'],
    ['PATCH', '/phones', 'GET, POST'],
    ['POST', '/phones/1', 'GET, DELETE'],
    ['GET', '/phones/1/scan', 'POST'],
    ['GET', '/faults', 'POST, DELETE'],
    ['OPTIONS', '/history', 'GET'],
  ])('%s %s is not offered', async (method, path, allow) => {
    const answer = await ask(method, path)
    expect(answer).toMatchObject(problem(405, 'method-not-allowed'))
    expect(answer.headers.get('allow')).toBe(allow)
  })

  test('HEAD is GET without its body', async () => {
    expect(await ask('HEAD', '/phones')).toMatchObject({ status: 200, body: undefined })
  })

  test.each([['{"number":'], ['number=1'], [new Uint8Array([0x22, 0xff, 0x22])], ['['.repeat(100_000)]])(
    'a body that is not JSON',
    async (body) => {
      expect(await ask('POST', '/phones', body)).toMatchObject(problem(400, 'malformed-json'))
    },
  )

  test('a body of more than 4 MiB', async () => {
    const answer = await ask('POST', '/phones', JSON.stringify({ name: 'x'.repeat(4 * 1024 * 1024) }))
    expect(answer).toMatchObject(problem(413, 'body-too-large'))
    expect((await ask('GET', '/phones')).body).toEqual({ items: [] })
  })

  test('a body of 4 MiB is not too large', async () => {
    const text = 'x'.repeat(4 * 1024 * 1024 - '{"name":""}'.length)
    expect((await ask('POST', '/phones', { name: text })).status).toBe(201)
  })

  test('a body that announces a gigabyte is refused unread', async () => {
    const head = 'POST /phones HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n'
    expect(await askRaw(head)).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('a caller that hangs up half way is no failure', async () => {
    const half = request(`${control.url}/phones`, { method: 'POST', headers: { 'content-length': 100 } })
    half.on('error', () => undefined)
    await new Promise((resolve) => half.write('{"name"', resolve))
    half.destroy()
    expect((await ask('GET', '/phones')).body).toEqual({ items: [] })
  })
})

test('an address that is taken is refused', async () => {
  const port = Number(new URL(control.url).port)
  await expect(startControl(network, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('closing cuts what is still running and leaves the simulator alone', async () => {
  await network.registerPhone({ number: shop })
  const phone = network.phone(shop)
  if (phone === undefined) throw new Error('the phone was not registered')
  let begun: () => void = () => undefined
  const scanning = new Promise<void>((resolve) => (begun = resolve))
  phone.scan = () => {
    begun()
    return new Promise(() => undefined)
  }
  const waiting = ask('POST', `/phones/${shop}/scan`, { qr: 'x' })
  await Promise.race([scanning, waiting])
  const cut = expect(waiting).rejects.toThrow()
  await control.close()
  await cut
  await expect(fetch(control.url)).rejects.toThrow()
  expect(network.asked).not.toContainEqual(['close'])
})
