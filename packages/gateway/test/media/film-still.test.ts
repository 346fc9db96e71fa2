import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { filmStill, findFfmpeg } from '#gateway/media/inspector/film-still.js'
import { createInspector } from '#gateway/media/inspector/inspector.js'
import { newFolder } from '../store/sqlite-folder.js'
import { mp4, written } from './sample-files.js'

const limits = { time: 30_000, memory: 400 * 1024 * 1024 }
const ffmpeg = findFfmpeg()

/** A film of one colour. */
function film(name: string, colour: string, size = '320x180', ...more: string[]): string {
  const path = join(newFolder(), name)
  const source = `color=${colour}:size=${size}:duration=1:rate=5`
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...more, path])
  return path
}

/** A program in the place of ffmpeg. */
function program(text: string): string {
  const path = join(newFolder(), 'ffmpeg')
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

describe.skipIf(ffmpeg === undefined)('the first picture of a film (needs ffmpeg)', () => {
  test.each(['film.mp4', 'film.mov', 'film.3gp'])('%s', async (name) => {
    const path = film(name, 'red', name === 'film.3gp' ? '352x288' : '320x180')
    const inspector = createInspector(limits)
    onTestFinished(() => {
      inspector.close()
    })
    const traits = await inspector.describe(path, 'video/mp4', 'video')
    expect(traits).toMatchObject({ seconds: 1 })
    const small = sharp(Buffer.from(traits.thumbnail ?? '', 'base64'))
    expect(await small.metadata()).toMatchObject({ format: 'jpeg', width: 100 })
    const [red, green, blue] = (await small.stats()).channels.map(({ mean }) => mean)
    expect([red, green, blue]).toEqual([expect.closeTo(254, -1), expect.closeTo(0, -1), expect.closeTo(0, -1)])
  })

  test('is none of what is no film, or a film of another container, or one that is cut', async () => {
    const still = (path: string) => filmStill(ffmpeg ?? '', path, limits)
    expect(await still(written(mp4({ width: 640, height: 360, seconds: 7 })))).toBeUndefined()
    expect(await still(written('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'))).toBeUndefined()
    expect(await still(film('film.mkv', 'red'))).toBeUndefined()
    const whole = readFileSync(film('film.mp4', 'red'))
    expect(await still(written(whole.subarray(0, whole.length / 2)))).toBeUndefined()
    expect(await still('/nowhere')).toBeUndefined()
  })
})

describe('whatever decodes films', () => {
  test('is ended when it takes too long', async () => {
    const stuck = program('exec sleep 600')
    expect(await filmStill(stuck, 'film.mp4', { ...limits, time: 200 })).toBeUndefined()
  })

  test('is ended when it takes too much memory', async () => {
    const greedy = program(
      `exec ${process.execPath} -e 'globalThis.a = Buffer.alloc(3e8, 1); setTimeout(() => {}, 6e5)'`,
    )
    expect(await filmStill(greedy, 'film.mp4', { ...limits, memory: 200_000_000 })).toBeUndefined()
  })

  test('that fails, writes nothing or writes without end says nothing of the film', async () => {
    for (const text of ['exit 1', 'exit 0', 'exec cat /dev/zero']) {
      expect(await filmStill(program(text), 'film.mp4', { ...limits, time: 2_000 })).toBeUndefined()
    }
    expect(await filmStill('/nowhere/ffmpeg', 'film.mp4', limits)).toBeUndefined()
  })

  test('learns nothing of the environment', async () => {
    const path = program(`env > "$0.env"`)
    await filmStill(path, 'film.mp4', limits)
    expect(readFileSync(`${path}.env`, 'utf8')).not.toMatch(/HOME|USER|GANGWAY/)
  })

  test('is found where the path leads', () => {
    const path = program('')
    expect(findFfmpeg(`/nowhere:${join(path, '..')}`)).toBe(path)
    expect(findFfmpeg('/nowhere')).toBeUndefined()
  })
})
