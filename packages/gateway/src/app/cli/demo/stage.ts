/** Where the demo shows what it does. */
export interface Stage {
  /** Does one step and shows how long it took. Rejects with a `StepFailed` that names it. */
  step<Result>(title: string, work: () => Promise<Result>): Promise<Result>
}

export class StepFailed extends Error {
  readonly step: string

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : 'unknown failure', { cause })
    this.name = 'StepFailed'
    this.step = step
  }
}

const titleWidth = 64
const colours = { green: 32, red: 31 }

export function createStage(
  write: (text: string) => void,
  { colour, now = () => performance.now() }: { readonly colour: boolean; readonly now?: () => number },
): Stage {
  const painted = (text: string, name: keyof typeof colours): string =>
    colour ? `\x1b[${colours[name]}m${text}\x1b[0m` : text
  return {
    async step(title, work) {
      const started = now()
      try {
        const result = await work()
        const took = String(Math.round(now() - started)).padStart(6)
        write(`  ${painted('✓', 'green')} ${title.padEnd(titleWidth)} ${took} ms\n`)
        return result
      } catch (error) {
        write(`  ${painted('✗', 'red')} ${title}\n`)
        throw new StepFailed(title, error)
      }
    },
  }
}
