import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** A certificate as a TLS server takes it, with what is needed to sign others. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly name: string
  readonly privateKey: KeyObject
}

export interface CertificateWish {
  readonly name: string
  /** Undefined: it signs itself. */
  readonly issuer?: Certificate
  readonly authority?: boolean
  readonly from?: Date
  readonly until?: Date
}

const day = 86_400_000

/** Issues an X.509 certificate (RFC 5280), so that no key has to lie about in the repository. */
export function issue({ name, issuer, authority = false, from, until }: CertificateWish): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = issuer ?? { name, privateKey }
  const extensions = [
    extension([0x55, 0x1d, 0x13], sequence(...(authority ? [element(0x01, Buffer.from([0xff]))] : []))),
    // Subject alternative name, of the kind dNSName.
    extension([0x55, 0x1d, 0x11], sequence(element(0x82, Buffer.from(name)))),
  ]
  const body = sequence(
    element(0xa0, integer(2)),
    element(0x02, Buffer.from([1, ...randomBytes(8)])),
    ecdsaWithSha256,
    distinguishedName(signer.name),
    sequence(time(from ?? new Date(Date.now() - day)), time(until ?? new Date(Date.now() + day))),
    distinguishedName(name),
    publicKey.export({ format: 'der', type: 'spki' }),
    element(0xa3, sequence(...extensions)),
  )
  const whole = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer.privateKey)))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    name,
    privateKey,
  }
}

const ecdsaWithSha256 = sequence(identifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]))

function element(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}

function sequence(...contents: Buffer[]): Buffer {
  return element(0x30, ...contents)
}

function integer(value: number): Buffer {
  return element(0x02, Buffer.from([value]))
}

function identifier(bytes: readonly number[]): Buffer {
  return element(0x06, Buffer.from(bytes))
}

function bits(content: Buffer): Buffer {
  return element(0x03, Buffer.from([0]), content)
}

function time(date: Date): Buffer {
  return element(0x18, Buffer.from(date.toISOString().replace(/\.\d+|[-:T]/g, '')))
}

function distinguishedName(commonName: string): Buffer {
  return sequence(element(0x31, sequence(identifier([0x55, 0x04, 0x03]), element(0x0c, Buffer.from(commonName)))))
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return sequence(identifier(id), element(0x04, value))
}
