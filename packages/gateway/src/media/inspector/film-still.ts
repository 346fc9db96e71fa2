import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { guard, type ProcessLimits } from './guard.js'

const side = 100
/** A JPEG of so few pixels is never larger, in bytes. */
const largest = 100_000

/** The program that decodes films: where this machine has it, or undefined. */
export function findFfmpeg(path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, 'ffmpeg'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/**
 * The first picture of an MP4, QuickTime or 3GP film, as a small JPEG; undefined where there is none that can be decoded
 * within the limits. The film is all that is opened, and no other container is: some of these name further files.
 */
export async function filmStill(ffmpeg: string, film: string, limits: ProcessLimits): Promise<Uint8Array | undefined> {
  const input = ['-max_alloc', String(limits.memory), '-threads', '1', '-protocol_whitelist', 'file', '-f', 'mov']
  const small = `scale=${side}:${side}:force_original_aspect_ratio=decrease`
  const output = ['-map', '0:v:0', '-frames:v', '1', '-vf', small, '-f', 'mjpeg', 'pipe:1']
  const child = spawn(ffmpeg, ['-nostdin', '-v', 'quiet', ...input, '-i', `file:${film}`, ...output], {
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const end = (): boolean => child.kill('SIGKILL')
  const release = guard(child, limits, end)
  try {
    const ended = new Promise<number | null>((resolve) => {
      child.once('error', () => {
        resolve(null)
      })
      child.once('close', resolve)
    })
    const parts: Buffer[] = []
    let size = 0
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      if (size <= largest) parts.push(part)
      else end()
    })
    return (await ended) === 0 && size > 0 ? Buffer.concat(parts) : undefined
  } finally {
    release()
  }
}
