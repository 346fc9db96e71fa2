import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { largestFile } from '#gateway/core/media/media-file.js'
import { type Owned, startWorld, type World } from './world.js'

const [chatId, to] = ['79001234568@c.us', '79001234568@s.whatsapp.net']
const details = (complaint: string): string => `Validation failed. Details: ${complaint}`
const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('a picture')])

type Body = string | Buffer | FormData | Blob

interface Told {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** Sends what `fetch` makes of it: a form gets its boundary, bytes go as they are. */
async function upload(
  world: World,
  owned: Owned,
  method: string,
  body: Body,
  headers: Record<string, string> = {},
): Promise<Told> {
  const response = await fetch(world.url + owned.path(method), { method: 'POST', body, headers })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

function form(...parts: readonly (readonly [name: string, value: string | Blob, fileName?: string])[]): FormData {
  const made = new FormData()
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') made.append(name, value)
    else made.append(name, value, fileName)
  }
  return made
}

const jpeg = new Blob([picture], { type: 'image/jpeg' })

test('a file comes before or after whom it is for, and the answer has its address', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  world.core.known.add('BAE587FA1CECF760')
  const fields = [
    ['chatId', chatId],
    ['fileName', 'photo.jpg'],
    ['caption', 'Look'],
    ['quotedMessageId', 'BAE587FA1CECF760'],
    ['typingTime', '2000'],
  ] as const
  const file = ['file', jpeg, 'blob.jpg'] as const
  for (const parts of [
    [...fields, file],
    [file, ...fields],
  ]) {
    const answer = await upload(world, owned, 'sendFileByUpload', form(...parts))
    const stored = [...world.core.files.values()].at(-1)
    expect(stored?.bytes).toEqual(picture)
    expect(stored?.file).toMatchObject({ name: 'blob.jpg', mimetype: 'image/jpeg' })
    const urlFile = `http://gateway.test/media/${stored?.file.id}`
    expect(answer).toEqual({ status: 200, body: { idMessage: world.core.queue.at(-1)?.id, urlFile } })
    expect(world.core.asked.at(-1)).toEqual([
      'messages.send',
      {
        to,
        replyTo: 'BAE587FA1CECF760',
        typing: { as: 'composing', ms: 2000 },
        content: { kind: 'auto', media: stored?.file.id, name: 'photo.jpg', caption: 'Look' },
      },
    ])
  }
})

test('a file goes on while it is still coming in', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  let begun = (): void => undefined
  const arriving = new Promise<void>((resolve) => (begun = resolve))
  const { media } = world.gateway
  const take = media.upload.bind(media)
  media.upload = async (caller, id, bytes, claimed) =>
    take(
      caller,
      id,
      (async function* () {
        for await (const chunk of bytes) {
          begun()
          yield chunk
        }
      })(),
      claimed,
    )
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
  const head =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\nfirst'
  const tail = `last\r\n--x\r\nContent-Disposition: form-data; name="chatId"\r\n\r\n${chatId}\r\n--x--\r\n`
  socket.write(
    `POST ${path('sendFileByUpload')} HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: ${head.length + tail.length}\r\n\r\n${head}`,
  )
  await arriving
  socket.write(tail)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect([...world.core.files.values()].at(-1)?.bytes.toString()).toBe('firstlast')
})

test('an upload that breaks off is no file', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  const { media } = world.gateway
  const take = media.upload.bind(media)
  const outcomes: string[] = []
  media.upload = async (...said) => {
    const taken = take(...said)
    taken.then(
      () => outcomes.push('kept'),
      () => outcomes.push('given up'),
    )
    return taken
  }
  for (const type of ['multipart/form-data; boundary=x', 'image/jpeg']) {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
    const form = type.startsWith('multipart')
    const head = form ? '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' : 'x'.repeat(300)
    socket.write(
      `POST ${path('uploadFile')} HTTP/1.1\r\nHost: gateway.test\r\n` +
        `Content-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${head}and a bit`,
    )
    await expect.poll(() => world.core.asked.length).toBe(outcomes.length + 1)
    const before = outcomes.length
    socket.destroy()
    await expect.poll(() => outcomes.length).toBe(before + 1)
  }
  expect(outcomes).toEqual(['given up', 'given up'])
  expect(world.core.files.size).toBe(0)
})

test('a bare file and a form are both uploaded, under the name that they come with', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const stored = async (answer: Promise<Told>): Promise<unknown> => {
    const { status, body } = await answer
    const last = [...world.core.files.values()].at(-1)
    expect([status, body]).toEqual([200, { urlFile: `http://gateway.test/media/${last?.file.id}` }])
    expect(last?.bytes).toEqual(picture)
    return { name: last?.file.name, type: last?.file.mimetype }
  }
  const sent = (body: Body, headers?: Record<string, string>) =>
    stored(upload(world, owned, 'uploadFile', body, headers))
  expect(await sent(picture, { 'content-type': 'image/jpeg' })).toEqual({ name: null, type: 'image/jpeg' })
  expect(await sent(picture, { 'content-type': 'application/json' })).toEqual({ name: null, type: 'application/json' })
  expect(await sent(picture, { 'ga-filename': 'main.go' })).toEqual({
    name: 'main.go',
    type: 'application/octet-stream',
  })
  expect(await sent(form(['file', jpeg, 'a.jpg']))).toEqual({ name: 'a.jpg', type: 'image/jpeg' })

  // As a client of the vendor's sends it: a form under another name.
  const request = new Request('http://x', { method: 'POST', body: form(['file', jpeg, 'a.jpg']) })
  const disguised = Buffer.from(await request.arrayBuffer())
  expect(await sent(disguised, { 'content-type': 'image/jpeg' })).toEqual({ name: 'a.jpg', type: 'image/jpeg' })
})

test('what is wrong with an upload', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const refused = async (method: string, body: Body, headers?: Record<string, string>) => {
    const { status, body: said } = await upload(world, owned, method, body, headers)
    return [status, said.message]
  }
  const noFile = [400, details("'file' is required")]
  expect(await refused('sendFileByUpload', form(['chatId', chatId]))).toEqual(noFile)
  expect(await refused('sendFileByUpload', form(['chatId', chatId], ['other', jpeg, 'a.jpg']))).toEqual(noFile)
  expect(await refused('uploadFile', '')).toEqual(noFile)
  expect(await refused('sendFileByUpload', form(['file', jpeg, 'a.jpg']))).toEqual([
    400,
    details("'chatId' is required"),
  ])
  const empty = [400, details("'file' is not allowed to be empty")]
  expect(await refused('sendFileByUpload', form(['chatId', chatId], ['file', new Blob([]), 'a.jpg']))).toEqual(empty)
  const long = form(['chatId', chatId], ['caption', 'x'.repeat(20_001)], ['file', jpeg, 'a.jpg'])
  const tooLong = details("'caption' length must be less than or equal to 20000 characters long")
  expect(await refused('sendFileByUpload', long)).toEqual([400, tooLong])
  const endless = form(['file', jpeg, 'a.jpg'], ['caption', 'x'.repeat(200_000)])
  expect(await refused('sendFileByUpload', endless)).toEqual([413, 'request entity too large'])
  const noBoundary = { 'content-type': 'multipart/form-data' }
  expect(await refused('sendFileByUpload', picture, noBoundary)).toEqual([400, 'bad request data'])
  const cut = { 'content-type': 'multipart/form-data; boundary=x' }
  const open = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nno end'
  expect(await refused('sendFileByUpload', open, cut)).toEqual([400, 'bad request data'])
  expect(world.core.queue).toEqual([])
})

test('a file of 101 MB is refused in words, not with a broken connection', { timeout: 60_000 }, async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const huge = new Blob([new Uint8Array(largestFile + 1)])
  for (const body of [form(['chatId', chatId], ['file', huge, 'a.bin']), huge]) {
    const method = body === huge ? 'uploadFile' : 'sendFileByUpload'
    const answer = await upload(world, owned, method, body)
    expect([answer.status, answer.body.message]).toEqual([400, 'File exceeded max upload size. Limit: 100mb'])
  }
  expect(world.core.files.size).toBe(0)
})

test('a file by its address, shown as its name and its bytes say', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const urlFile = 'https://shop.example/a'
  world.core.web.set(urlFile, picture)
  const kinds = {
    'photo.jpg': 'auto',
    'VIDEO.MP4': 'auto',
    'voice.ogg': 'auto',
    'photo.pdf': 'document',
    'x.bin': 'document',
  }
  for (const [fileName, kind] of Object.entries(kinds)) {
    const body = { chatId, urlFile, fileName, caption: 'Look' }
    const answer = await world.call('POST', owned.path('sendFileByUrl'), body)
    expect([answer.status, answer.body]).toEqual([200, { idMessage: world.core.queue.at(-1)?.id }])
    const media = [...world.core.files.keys()].at(-1)
    expect(world.core.asked.at(-1)).toEqual([
      'messages.send',
      { to, content: { kind, media, name: fileName, caption: 'Look' } },
    ])
  }
})

test('an address of our own is the stored file, without asking for it', async () => {
  const world = await startWorld()
  const [owned, other] = [await world.instance(), await world.instance()]
  const { body } = await upload(world, owned, 'uploadFile', picture, { 'content-type': 'image/jpeg' })
  for (const [from, calls] of [
    [owned, ['media.upload', 'media.get', 'messages.send']],
    [other, ['media.upload', 'media.get', 'messages.send', 'media.get', 'media.upload', 'messages.send']],
  ] as const) {
    const wish = { chatId, urlFile: body.urlFile, fileName: 'a.jpg' }
    expect((await world.call('POST', from.path('sendFileByUrl'), wish)).status).toBe(200)
    expect(world.core.asked.map(([call]) => call)).toEqual(calls)
  }
  // The copy of the other instance is the same file.
  expect([...world.core.files.values()].map(({ owner, bytes }) => [owner, bytes])).toEqual([
    [owned.id, picture],
    [other.id, picture],
  ])
  const gone = { chatId, urlFile: `http://gateway.test/media/${'z'.repeat(43)}`, fileName: 'a.jpg' }
  const answer = await world.call('POST', owned.path('sendFileByUrl'), gone)
  expect(answer.body.message).toBe(details("'urlFile' must lead to a file that this server can read"))
})

test('what is wrong with an address', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const whole: Record<string, unknown> = { chatId, urlFile: 'https://shop.example/a', fileName: 'a.jpg' }
  const refused = async (changes: Record<string, unknown>) => {
    const { status, body } = await world.call('POST', owned.path('sendFileByUrl'), { ...whole, ...changes })
    return [status, body.message]
  }
  for (const field of ['chatId', 'urlFile', 'fileName']) {
    expect(await refused({ [field]: undefined })).toEqual([400, details(`'${field}' is required`)])
  }
  expect(await refused({ urlFile: 'a file' })).toEqual([400, details("'urlFile' must be a valid uri")])
  const unreachable = [400, details("'urlFile' must lead to a file that this server can read")]
  expect(await refused({})).toEqual(unreachable)
  world.core.refusals.set('media.fetch', 'content-too-large')
  const tooLarge = 'File from url exceeded max upload size. Limit: 100mb Url: https://shop.example/a'
  expect(await refused({})).toEqual([400, tooLarge])
  expect(world.core.queue).toEqual([])
})

test('the file of a message is downloaded by its address', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const { body } = await upload(world, owned, 'uploadFile', picture, { 'content-type': 'image/jpeg' })
  world.core.known.add('BAE587FA1CECF760')
  const answer = await world.call('POST', owned.path('downloadFile'), { chatId, idMessage: 'BAE587FA1CECF760' })
  expect(answer.body).toEqual({ downloadUrl: body.urlFile, urlFile: body.urlFile })
  expect(world.core.asked.at(-1)).toEqual(['media.ofMessage', to, 'BAE587FA1CECF760'])
  const unknown = await world.call('POST', owned.path('downloadFile'), { chatId, idMessage: 'BAE500' })
  expect([unknown.status, unknown.body.message]).toEqual([400, 'Message not found by id BAE500'])
})

test('the file of a message is found by its id alone, as in 2021', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const { body } = await upload(world, owned, 'uploadFile', picture, { 'content-type': 'image/jpeg' })
  world.core.known.add('BAE587FA1CECF760')
  const download = (path: string) => fetch(world.url + path, { redirect: 'manual' })
  const answer = await download(`${owned.path('downloadFile')}/BAE587FA1CECF760`)
  expect([answer.status, answer.headers.get('location')]).toEqual([302, body.urlFile])
  expect(world.core.asked.at(-1)).toEqual(['media.ofMessage', null, 'BAE587FA1CECF760'])
  expect((await download(`${owned.path('DownloadFile')}/BAE500`)).status).toBe(400)
  expect((await download(owned.path('downloadFile'))).status).toBe(400)
  expect((await world.call('POST', `${owned.path('downloadFile')}/BAE587FA1CECF760`)).status).toBe(404)
})

test('browsers may upload, and who may not call is told before the file is read', async () => {
  const world = await startWorld()
  const owned = await world.instance()
  const preflight = await world.call('OPTIONS', owned.path('sendFileByUpload'))
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  const stranger = owned.path('uploadFile').replace(owned.token, 'x'.repeat(50))
  const response = await fetch(world.url + stranger, { method: 'POST', body: picture })
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([401, '*'])
  const asked = await world.call('GET', owned.path('UploadFile'))
  expect([asked.status, asked.body.message]).toEqual([404, `Cannot GET ${owned.path('UploadFile')}`])
  expect(world.core.asked).toEqual([])
})
