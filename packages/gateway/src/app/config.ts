import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { type RetentionLimits, usualRetention } from '../core/events/retention.js'
import { longestKept, usualMediaLimits, type MediaLimits } from '../core/media/media-retention.js'
import { readS3Place, type Environment, type S3Place } from '../media/s3/s3-place.js'
import { StartupError } from './startup-error.js'
import { parsedUrl } from '../core/parsed-url.js'

/** Everything that the environment decides, read once. Each setting is described in the README. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined
  readonly adminKey: string | undefined
  readonly secretKey: string | undefined
  /** Without a slash at the end. Undefined: where it listens. */
  readonly publicUrl: string | undefined
  readonly whatsappUrl: string
  /** 32 bytes; undefined: WhatsApp's own. */
  readonly whatsappRootKey: Uint8Array | undefined
  readonly allowPrivateTargets: boolean
  /** Meta's Graph API with its version. Undefined: Meta's own. */
  readonly metaUrl: string | undefined
  readonly eventRetention: RetentionLimits
  readonly mediaRetention: MediaLimits
  /** Undefined: a folder in the data folder. */
  readonly mediaBucket: S3Place | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
/** Where WhatsApp's own web client connects. */
const whatsappUrl = 'wss://web.whatsapp.com/ws/chat'

/** Throws a `StartupError` that names the setting when one makes no sense. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const value = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  const host = value('HOST') ?? '127.0.0.1'
  const port = portNumber(value('PORT'))
  const databaseUrl = value('GANGWAY_DATABASE_URL')
  if (databaseUrl !== undefined) {
    throw new StartupError('GANGWAY_DATABASE_URL: this version keeps its data in SQLite only; leave the setting out.')
  }
  const adminKey = value('GANGWAY_ADMIN_KEY')
  if (adminKey !== undefined && adminKey.length < 16) {
    throw new StartupError('GANGWAY_ADMIN_KEY must have at least 16 characters.')
  }
  const secretKey = value('GANGWAY_SECRET_KEY')
  if (secretKey !== undefined && secretKey.length < 32) {
    throw new StartupError('GANGWAY_SECRET_KEY must have at least 32 characters.')
  }
  return Object.freeze({
    host,
    port,
    dataDir: resolve(value('GANGWAY_DATA_DIR') ?? 'data'),
    databaseUrl,
    adminKey,
    secretKey,
    publicUrl: httpUrl('GANGWAY_PUBLIC_URL', value('GANGWAY_PUBLIC_URL')),
    whatsappUrl: socketUrl('GANGWAY_WHATSAPP_URL', value('GANGWAY_WHATSAPP_URL') ?? whatsappUrl),
    whatsappRootKey: rootKey(value('GANGWAY_WHATSAPP_ROOT_KEY')),
    allowPrivateTargets: onOff('GANGWAY_ALLOW_PRIVATE_TARGETS', value('GANGWAY_ALLOW_PRIVATE_TARGETS')),
    metaUrl: httpUrl('GANGWAY_META_URL', value('GANGWAY_META_URL')),
    eventRetention: {
      days: wholeNumber('GANGWAY_EVENT_RETENTION_DAYS', value('GANGWAY_EVENT_RETENTION_DAYS'), {
        usual: usualRetention.days,
        most: 36_500,
      }),
      events: wholeNumber('GANGWAY_EVENT_RETENTION_COUNT', value('GANGWAY_EVENT_RETENTION_COUNT'), {
        usual: usualRetention.events,
        most: Number.MAX_SAFE_INTEGER,
      }),
    },
    mediaRetention: {
      received: wholeNumber('GANGWAY_MEDIA_RETENTION_DAYS', value('GANGWAY_MEDIA_RETENTION_DAYS'), {
        usual: usualMediaLimits.received,
        most: longestKept,
      }),
      uploaded: wholeNumber('GANGWAY_UPLOAD_RETENTION_DAYS', value('GANGWAY_UPLOAD_RETENTION_DAYS'), {
        usual: usualMediaLimits.uploaded,
        most: longestKept,
      }),
    },
    mediaBucket: mediaBucket(value('GANGWAY_MEDIA_URL'), env),
    logLevel: logLevel(value('GANGWAY_LOG_LEVEL') ?? 'info'),
  })
}

/** A host as it stands in a URL. */
export function shownHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}

function portNumber(text = '8080'): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new StartupError(`PORT must be a number from 0 to 65535, not '${text}'.`)
}

function httpUrl(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = parsedUrl(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '')
  throw new StartupError(`${name} must be an http or https URL.`)
}

function socketUrl(name: string, text: string): string {
  const url = parsedUrl(text)
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return text
  throw new StartupError(`${name} must be a ws or wss URL.`)
}

function mediaBucket(text: string | undefined, env: Environment): S3Place | undefined {
  if (text === undefined) return undefined
  const place = readS3Place(text, env)
  if (typeof place === 'string') throw new StartupError(`GANGWAY_MEDIA_URL ${place}.`)
  return place
}

function rootKey(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  throw new StartupError('GANGWAY_WHATSAPP_ROOT_KEY must be 64 hexadecimal digits.')
}

function wholeNumber(name: string, text: string | undefined, { usual, most }: { usual: number; most: number }): number {
  if (text === undefined) return usual
  const number = Number(text)
  if (/^\d{1,16}$/.test(text) && number >= 1 && number <= most) return number
  throw new StartupError(`${name} must be a whole number from 1 to ${most}, not '${text}'.`)
}

function onOff(name: string, text = 'off'): boolean {
  const meaning = new Map([
    ['on', true],
    ['true', true],
    ['1', true],
    ['off', false],
    ['false', false],
    ['0', false],
  ])
  const value = meaning.get(text.toLowerCase())
  if (value === undefined) throw new StartupError(`${name} must be on or off.`)
  return value
}

function logLevel(text: string): Config['logLevel'] {
  const level = logLevels.find((one) => one === text)
  if (!level) throw new StartupError(`GANGWAY_LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
  return level
}
