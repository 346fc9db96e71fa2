import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished } from 'vitest'
import { smallJpeg } from '../small-files.js'

export const picture = Buffer.from(smallJpeg('a picture'), 'base64')
export const document = Buffer.from('%PDF-1.4\n% an offer\n')

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What is at an address that the gateway gave out. */
export async function digestAt(url: string): Promise<string> {
  const response = await fetch(url)
  expect(response.status, url).toBe(200)
  return sha256(new Uint8Array(await response.arrayBuffer()))
}

/** The path of a file that goes with the test. */
export async function onDisk(name: string, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'green-api-files-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

/** One that can be made an avatar of. */
export async function facePicture(): Promise<Buffer> {
  return sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
}
