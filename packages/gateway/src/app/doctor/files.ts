import { join } from 'node:path'
import { reachBucket } from '../../media/s3/reach-bucket.js'
import type { Config } from '../config.js'
import { inspectDataFolder, type DataFolder } from './data-folder.js'
import { fail, ok, type Finding } from './finding.js'

export type FilesState =
  | { readonly kind: 'folder'; readonly folder: Pick<DataFolder, 'path' | 'writable'> }
  /** `trouble`: why it cannot be asked; undefined when it can. */
  | { readonly kind: 'bucket'; readonly bucket: string; readonly trouble: string | undefined }

const patience = 5_000

export async function inspectFiles({
  mediaBucket,
  dataDir,
}: Pick<Config, 'mediaBucket' | 'dataDir'>): Promise<FilesState> {
  if (!mediaBucket) return { kind: 'folder', folder: await inspectDataFolder(join(dataDir, 'media')) }
  return { kind: 'bucket', bucket: mediaBucket.bucket, trouble: await reachBucket(mediaBucket, patience) }
}

const subject = 'Files'

export function judgeFiles(state: FilesState): Finding {
  if (state.kind === 'folder') {
    const { path, writable } = state.folder
    if (writable) return ok(subject, `kept in ${path}`)
    return fail(subject, `${path} cannot be written`, 'Make it writable for whoever runs the gateway.')
  }
  const { bucket, trouble } = state
  if (trouble === undefined) return ok(subject, `the bucket ${bucket} answers`)
  return fail(
    subject,
    `the bucket ${bucket} cannot be used: ${trouble}`,
    'Check GANGWAY_MEDIA_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  )
}
