import { GatewayError } from '../../core/errors/gateway-error.js'
import { Slots } from '../../core/media/slots.js'
import type { FileKind } from '../../core/messages/content.js'
import type { MediaInspector, MediaTraits } from '../../core/ports/media-inspector.js'
import { ChildLost, InspectorChild } from './child-process.js'
import { filmStill, findFfmpeg } from './film-still.js'
import type { ProcessLimits } from './guard.js'
import { isFilm } from './mp4.js'
import type { Task, TaskResults } from './task.js'

export interface ClosableInspector extends MediaInspector {
  close(): void
}

/** A picture of 50 megapixels takes 200 MB where it has to be whole; nothing takes ten seconds that is worth it. */
const usualLimits: ProcessLimits = { time: 10_000, memory: 400 * 1024 * 1024 }
/** So that one file that takes its time does not hold up all others. */
const children = 2
/** A process that has nothing to do for so long is ended, in ms. */
const idle = 30_000

const unknownType = 'application/octet-stream'

/** @param ffmpeg the program that decodes films, without which they have no thumbnail */
export function createInspector(
  limits: ProcessLimits = usualLimits,
  ffmpeg: string | undefined = findFfmpeg(),
): ClosableInspector {
  return new ProcessInspector(limits, ffmpeg)
}

class ProcessInspector implements ClosableInspector {
  readonly #limits: ProcessLimits
  readonly #ffmpeg: string | undefined
  readonly #resting = new Map<InspectorChild, NodeJS.Timeout>()
  readonly #working = new Set<InspectorChild>()
  readonly #waiting: (() => void)[] = []
  readonly #films = new Slots({ atOnce: children, mostWaiting: Infinity })

  constructor(limits: ProcessLimits, ffmpeg: string | undefined) {
    this.#limits = limits
    this.#ffmpeg = ffmpeg
  }

  identify(path: string, claimed: { declared: string | null; name: string | null }): Promise<string> {
    return this.#run({ do: 'identify', path, ...claimed }).catch(() => unknownType)
  }

  async describe(path: string, mimetype: string, kind: FileKind): Promise<MediaTraits> {
    const still = isFilm(mimetype) && kind.startsWith('video') ? this.#still(path) : undefined
    const [traits, thumbnail] = await Promise.all([
      this.#run<'describe'>({ do: 'describe', path, mimetype, kind }).catch((): MediaTraits => ({})),
      still,
    ])
    return thumbnail ? { ...traits, thumbnail: Buffer.from(thumbnail).toString('base64') } : traits
  }

  avatar(path: string): Promise<Uint8Array> {
    return this.#run({ do: 'avatar', path }).catch(noPicture)
  }

  convert(path: string, to: 'sticker' | 'jpeg'): Promise<Uint8Array> {
    return this.#run({ do: 'convert', path, to }).catch(noPicture)
  }

  close(): void {
    for (const child of [...this.#resting.keys(), ...this.#working]) child.end()
    for (const timer of this.#resting.values()) clearTimeout(timer)
    this.#resting.clear()
  }

  async #run<Name extends Task['do']>(task: Task & { do: Name }): Promise<TaskResults[Name]> {
    const child = await this.#take()
    try {
      const answer = await child.ask(task)
      if (!answer.ok) throw new Error('the file cannot be read as what it is')
      return answer.value as TaskResults[Name]
    } catch (error) {
      // One that was in the middle of something is not asked anything else.
      if (error instanceof ChildLost) child.end()
      throw error
    } finally {
      this.#giveBack(child)
    }
  }

  async #still(path: string): Promise<Uint8Array | undefined> {
    const ffmpeg = this.#ffmpeg
    if (ffmpeg === undefined) return undefined
    return this.#films.run('', () => filmStill(ffmpeg, path, this.#limits))
  }

  async #take(): Promise<InspectorChild> {
    while (this.#working.size >= children) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    const [rested] = [...this.#resting.keys()].filter((one) => !one.isGone)
    const child = rested ?? new InspectorChild(this.#limits)
    clearTimeout(this.#resting.get(child))
    this.#resting.delete(child)
    this.#working.add(child)
    return child
  }

  #giveBack(child: InspectorChild): void {
    this.#working.delete(child)
    if (!child.isGone) {
      const timer = setTimeout(() => {
        this.#resting.delete(child)
        child.end()
      }, idle)
      this.#resting.set(child, timer.unref())
    }
    this.#waiting.shift()?.()
  }
}

function noPicture(): never {
  throw new GatewayError('bad-request', 'The file is no picture that can be read.', {
    field: 'media',
    hint: 'JPEG, PNG, WebP, GIF, HEIC and TIFF of up to 50 megapixels can be.',
  })
}
