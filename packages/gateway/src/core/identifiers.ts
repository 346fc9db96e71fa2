import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type {
  AccessKeyId,
  ApiKeyId,
  AttemptId,
  InstanceId,
  LinkImportId,
  LinkPageId,
  MediaId,
  MessageId,
  MessageLinkId,
  SubscriptionId,
} from './ids.js'

export const newInstanceId = (): InstanceId => randomUUID() as InstanceId
export const newAttemptId = (): AttemptId => randomUUID() as AttemptId
export const newApiKeyId = (): ApiKeyId => randomUUID() as ApiKeyId
export const newAccessKeyId = (): AccessKeyId => randomUUID() as AccessKeyId

export const newLinkPageId = (): LinkPageId => randomUUID() as LinkPageId
export const newSubscriptionId = (): SubscriptionId => randomUUID() as SubscriptionId
export const newMessageLinkId = (): MessageLinkId => randomUUID() as MessageLinkId
export const newLinkImportId = (): LinkImportId => randomUUID() as LinkImportId

/** The shape that WhatsApp's web client gives its own messages: `3EB0` and 18 hexadecimal digits. */
export const newMessageId = (): MessageId => `3EB0${randomBytes(9).toString('hex').toUpperCase()}` as MessageId

/** 256 random bits behind a prefix by which a leaked key is recognised. */
export const newApiKey = (): string => `gw_${randomBytes(32).toString('base64url')}`

/** What stands in signed requests, in the shape of cloud vendors': a prefix to know it by, and 80 random bits. */
export const newAccessKeyName = (): string => `GWAK${randomBytes(10).toString('hex').toUpperCase()}`

/** 256 random bits, in letters and digits that no shell or form takes for something else. */
export const newAccessKeySecret = (): string => randomBytes(32).toString('hex')

/** 256 random bits, to stand in a URL. */
export const newLinkPageToken = (): string => randomBytes(32).toString('base64url')

/** 50 hexadecimal characters, the shape of GREEN-API's apiTokenInstance. */
export const newInstanceToken = (): string => randomBytes(25).toString('hex')

/** An upper-case GUID, the shape of WITI's access key. */
export const newWid = (): string => randomUUID().toUpperCase()

/** What is stored of a secret: all of them are 120 random bits or more, so a plain digest cannot be guessed back. */
export const secretDigest = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest()

/** What a file is called where its id must not be known: 64 hexadecimal digits. */
export const mediaKey = (id: MediaId): string => secretDigest(id).toString('hex')

/** 256 random bits, to stand in a URL. */
export const newMediaId = (): MediaId => randomBytes(32).toString('base64url') as MediaId
