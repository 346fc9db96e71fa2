import { createHash } from 'node:crypto'
import { access, chmod, constants, mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { newApiKey } from '../core/identifiers.js'
import type { Config } from './config.js'
import { StartupError } from './startup-error.js'

/** What the data folder holds beside the database. */
export interface DataDir {
  readonly database: string
  /** Folder of the simulated network. */
  readonly sandbox: string
  /** Folder of the files of messages; with a bucket for them, of those in the making. */
  readonly media: string
  readonly adminKey: string
  /** True when the admin key was made just now, so that it is shown this once. */
  readonly adminKeyIsNew: boolean
  /** 32 bytes. */
  readonly secretKey: Uint8Array
}

/** Makes the folder (0700) and the secrets in it (0600) where they are missing. */
export async function openDataDir(config: Config): Promise<DataDir> {
  const { dataDir } = config
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    await chmod(dataDir, 0o700)
  } catch (error) {
    throw new StartupError(`The data folder ${dataDir} cannot be written (set GANGWAY_DATA_DIR to another one).`, error)
  }
  const database = join(dataDir, 'gangway.db')
  const secret = config.secretKey ?? (await secretKey(join(dataDir, 'secret-key'), database))
  const admin = config.adminKey === undefined ? await secretFile(join(dataDir, 'admin-key')) : undefined
  return {
    database,
    sandbox: join(dataDir, 'sandbox'),
    media: join(dataDir, 'media'),
    adminKey: config.adminKey ?? admin?.value ?? '',
    adminKeyIsNew: admin?.isNew ?? false,
    // Whatever its form, the master key is the digest of the text; a generated one has 256 random bits.
    secretKey: createHash('sha256').update(secret, 'utf8').digest(),
  }
}

/** A database without its key is not made readable by a new key: that would only bury the mistake. */
async function secretKey(path: string, database: string): Promise<string> {
  if ((await exists(database)) && !(await exists(path))) {
    throw new StartupError(
      `There is a database but no ${path} to read it with: put the file back, or set GANGWAY_SECRET_KEY.`,
    )
  }
  return (await secretFile(path)).value
}

async function secretFile(path: string): Promise<{ value: string; isNew: boolean }> {
  if (await exists(path)) {
    const value = (await readFile(path, 'utf8')).trim()
    if (value.length < 16) throw new StartupError(`${path} is damaged: put back the original.`)
    return { value, isNew: false }
  }
  const value = newApiKey()
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${value}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return { value, isNew: true }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
