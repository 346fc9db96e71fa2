import { createHmac } from 'node:crypto'
import type { SignedRequest } from '../../core/access/signed-request.js'
import { Refused } from './errors.js'
import { canonical, encoded, type Parameters } from './parameters.js'
import { isSame, readTime } from './signature.js'
import type { Wire } from './wire.js'

/** Of a request whose parameters hold its signature. Throws where something is left out. */
export function readRpc({ method, parameters }: Wire): SignedRequest {
  const accessKeyId = required(parameters, 'AccessKeyId')
  const signature = required(parameters, 'Signature')
  // Headers are not signed here, so what is asked for has to stand where it is.
  for (const name of ['Action', 'Version']) required(parameters, name)
  const ways = [required(parameters, 'SignatureMethod'), required(parameters, 'SignatureVersion')]
  if (ways.join(' ') !== 'HMAC-SHA1 1.0') {
    throw new Refused('IncompleteSignature', 'The signature method is HMAC-SHA1, of the version 1.0.')
  }
  const text = rpcStringToSign(method, parameters)
  return {
    accessKeyId,
    signedAt: readTime(required(parameters, 'Timestamp')),
    nonce: required(parameters, 'SignatureNonce'),
    isSignedWith: (secret) => isSame(signature, createHmac('sha1', `${secret}&`).update(text).digest('base64')),
  }
}

/** What is signed: the method, and all parameters but the signature itself, wherever they stand. */
export function rpcStringToSign(method: string, parameters: Parameters): string {
  const signed = new Map(parameters)
  signed.delete('Signature')
  return [method, encoded('/'), encoded(canonical(signed))].join('&')
}

function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name) ?? ''
  if (value === '') throw new Refused('MissingParameter', `${name} is mandatory for this action.`)
  return value
}
