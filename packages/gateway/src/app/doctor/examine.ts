import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { version } from '../app.js'
import { listeningUrl } from '../cli/target.js'
import { readConfig, type Config } from '../config.js'
import { StartupError } from '../startup-error.js'
import { inspectDataFolder, judgeDataFolder } from './data-folder.js'
import { inspectDatabase, isInUse } from '../../store/sqlite/inspect.js'
import { judgeDatabase } from './database.js'
import { inspectFiles, judgeFiles } from './files.js'
import { fail, ok, type Finding } from './finding.js'
import { judgeNode } from './node-version.js'
import { judgeOpenFiles, openFilesLimit } from './open-files.js'
import { inspectPort, judgePort } from './port.js'
import { judgeClock, judgeReach, reachWhatsApp } from './whatsapp.js'

/** Looks at everything that Gangway needs of its machine. Changes nothing and needs no gateway. */
export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  const parts = ok('Gangway', `${version}, with Baileys ${await versionOf('baileys')}`)
  const node = judgeNode(process.versions.node)
  const config = settings(env)
  if (config instanceof StartupError) return [parts, node, fail('Settings', config.message, 'Correct the setting.')]
  return [parts, node, ...(await surroundings(config))]
}

function settings(env: Readonly<Record<string, string | undefined>>): Config | StartupError {
  try {
    return readConfig(env)
  } catch (error) {
    if (error instanceof StartupError) return error
    throw error
  }
}

async function surroundings(config: Config): Promise<Finding[]> {
  const { dataDir, secretKey, port } = config
  const url = listeningUrl(config)
  const ours = isInUse(dataDir)
  const [folder, database, files, reach, limits, portState] = await Promise.all([
    inspectDataFolder(dataDir),
    inspectDatabase(dataDir, secretKey),
    inspectFiles(config),
    reachWhatsApp(config.whatsappUrl),
    readFile('/proc/self/limits', 'utf8').catch(() => ''),
    inspectPort(config, url),
  ])
  return [
    judgeDataFolder(folder),
    judgeDatabase(database, ours),
    judgeFiles(files),
    judgePort(portState, { port, url, version, ours }),
    judgeOpenFiles(openFilesLimit(limits)),
    judgeReach(reach),
    judgeClock(reach),
  ]
}

async function versionOf(part: string): Promise<string> {
  const path = createRequire(import.meta.url).resolve(`${part}/package.json`)
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?'
}
