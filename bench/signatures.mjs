import { Buffer } from 'node:buffer'
import { createHmac, hash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { AccessKeysService } from '../packages/gateway/dist/core/access/access-keys-service.js'
import { systemClock } from '../packages/gateway/dist/core/ports/clock.js'
import { acs3StringToSign, readAcs3 } from '../packages/gateway/dist/dialects/cams/acs3-signature.js'
import { canonical } from '../packages/gateway/dist/dialects/cams/parameters.js'
import { readRpc, rpcStringToSign } from '../packages/gateway/dist/dialects/cams/rpc-signature.js'
import { readWire } from '../packages/gateway/dist/dialects/cams/wire.js'
import { openSqliteStore } from '../packages/gateway/dist/store/sqlite/open.js'
import { perSecond, quantile, row } from './figures.mjs'
import { temporaryFolder } from './processes.mjs'

const rounds = 5
const atOnce = 64
const accessKeyId = `GWAK${'0'.repeat(20)}`
const secret = randomBytes(32).toString('hex')
const form = { GenerateQrImage: 'PNG', PhoneNumber: '4915112345678', PrefilledMessage: 'Hello, a table for two please' }

export const signatures = {
  name: 'signatures',
  how: ({ signed, stored }) =>
    `Signatures: ${signed} signed requests for CAMS, each with a nonce of its own, read from their headers and body and compared, ` +
    `in this process, medians of ${rounds} rounds. Bare: no more than the digests and the HMAC of that signature, over texts that ` +
    `are ready. "Accepted" is the whole of it, ${stored} of them, ${atOnce} at a time, with the key looked up and opened in the ` +
    'store and the nonce on disk.',

  async measure({ signed, stored }) {
    const acs3 = compare(signed, acs3Request, readAcs3, bareAcs3)
    const rpc = compare(signed, rpcRequest, readRpc, bareRpc)
    return [
      row({ figure: 'signature checks per second, ACS3-HMAC-SHA256', ...acs3, aim: 'none' }),
      row({ figure: 'signature checks per second, HMAC-SHA1', ...rpc, aim: 'none' }),
      row({ figure: 'signed requests accepted, nonce on disk', gateway: perSecond(await accept(stored)), aim: 'none' }),
    ]
  },
}

function compare(count, make, read, bare) {
  const requests = Array.from({ length: count }, make)
  const check = (request) => read(readWire(request)).isSignedWith(secret)
  if (!requests.every(check)) throw new Error('a request that was signed is said not to be')
  const rates = { ours: [], theirs: [] }
  for (let round = 0; round <= rounds; round++) {
    const [one, other] = [rate(requests, check), rate(requests, bare)]
    // The first one warms the compiler up.
    if (round > 0) rates.ours.push(one) && rates.theirs.push(other)
  }
  const [mine, theirs] = [quantile(rates.ours), quantile(rates.theirs)]
  return { gateway: perSecond(mine), bare: perSecond(theirs), ratio: mine / theirs }
}

function rate(requests, work) {
  const started = performance.now()
  for (const request of requests) work(request)
  return (requests.length * 1000) / (performance.now() - started)
}

function bareAcs3({ body, text }) {
  hash('sha256', body, 'hex')
  hash('sha256', text, 'hex')
  return createHmac('sha256', secret).update(text).digest('hex')
}

function bareRpc({ text }) {
  return createHmac('sha1', `${secret}&`).update(text).digest('base64')
}

const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

function acs3Request() {
  const body = Buffer.from(canonical(new Map(Object.entries(form))))
  const payload = hash('sha256', body, 'hex')
  const headers = new Map([
    ['content-type', 'application/x-www-form-urlencoded'],
    ['host', 'links.shop.example'],
    ['x-acs-action', 'CreatePhoneMessageQrdl'],
    ['x-acs-content-sha256', payload],
    ['x-acs-date', now()],
    ['x-acs-signature-nonce', randomBytes(16).toString('hex')],
    ['x-acs-version', '2020-06-06'],
  ])
  const names = [...headers.keys()]
  const text = acs3StringToSign({ method: 'POST', headers, query: new Map() }, names, names.join(';'), payload)
  const signature = createHmac('sha256', secret).update(text).digest('hex')
  const fields = `Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`
  const rawHeaders = [...headers, ['authorization', `ACS3-HMAC-SHA256 ${fields}`]].flat()
  return { raw: { method: 'POST', url: '/', rawHeaders }, body, text }
}

function rpcRequest() {
  const parameters = new Map(
    Object.entries({
      ...form,
      Action: 'CreatePhoneMessageQrdl',
      Version: '2020-06-06',
      Format: 'JSON',
      AccessKeyId: accessKeyId,
      SignatureMethod: 'HMAC-SHA1',
      SignatureVersion: '1.0',
      SignatureNonce: randomBytes(16).toString('hex'),
      Timestamp: now(),
    }),
  )
  const text = rpcStringToSign('POST', parameters)
  parameters.set('Signature', createHmac('sha1', `${secret}&`).update(text).digest('base64'))
  const rawHeaders = ['host', 'links.shop.example', 'content-type', 'application/x-www-form-urlencoded']
  return { raw: { method: 'POST', url: '/', rawHeaders }, body: Buffer.from(canonical(parameters)), text }
}

async function accept(count) {
  const onFatal = (error) => {
    throw error
  }
  const store = await openSqliteStore({
    path: join(temporaryFolder(), 'gangway.db'),
    secretKey: randomBytes(32),
    onFatal,
  })
  try {
    const workspace = await store.access.ensureWorkspace('bench')
    const rest = { name: null, permissions: ['cams:*'], network: null, createdAt: new Date() }
    await store.accessKeys.add({ id: 'bench', workspace, accessKeyId, secret, ...rest })
    const keys = new AccessKeysService(store.accessKeys, systemClock, ['cams:*'])
    const requests = Array.from({ length: count }, acs3Request)
    const started = performance.now()
    for (let at = 0; at < count; at += atOnce) {
      const verdicts = await Promise.all(
        requests.slice(at, at + atOnce).map((request) => keys.verify(readAcs3(readWire(request)))),
      )
      if (verdicts.some(({ kind }) => kind !== 'accepted')) throw new Error('a request that was signed is refused')
    }
    return (count * 1000) / (performance.now() - started)
  } finally {
    await store.close()
  }
}
