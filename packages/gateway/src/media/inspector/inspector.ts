import { GatewayError } from '../../core/errors/gateway-error.js'
import type { FileKind } from '../../core/messages/content.js'
import type { MediaInspector, MediaTraits } from '../../core/ports/media-inspector.js'
import { ChildLost, InspectorChild, type ChildLimits } from './child-process.js'
import type { Task, TaskResults } from './task.js'

export interface ClosableInspector extends MediaInspector {
  close(): void
}

/** A picture of 50 megapixels takes 200 MB where it has to be whole; nothing takes ten seconds that is worth it. */
const usualLimits: ChildLimits = { time: 10_000, memory: 400 * 1024 * 1024 }
/** So that one file that takes its time does not hold up all others. */
const children = 2
/** A process that has nothing to do for so long is ended, in ms. */
const idle = 30_000

const unknownType = 'application/octet-stream'

export function createInspector(limits: ChildLimits = usualLimits): ClosableInspector {
  return new ProcessInspector(limits)
}

class ProcessInspector implements ClosableInspector {
  readonly #limits: ChildLimits
  readonly #resting = new Map<InspectorChild, NodeJS.Timeout>()
  readonly #working = new Set<InspectorChild>()
  readonly #waiting: (() => void)[] = []

  constructor(limits: ChildLimits) {
    this.#limits = limits
  }

  identify(path: string, claimed: { declared: string | null; name: string | null }): Promise<string> {
    return this.#run({ do: 'identify', path, ...claimed }).catch(() => unknownType)
  }

  describe(path: string, mimetype: string, kind: FileKind): Promise<MediaTraits> {
    return this.#run({ do: 'describe', path, mimetype, kind }).catch(() => ({}))
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
