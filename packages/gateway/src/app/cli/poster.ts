import { writeFile } from 'node:fs/promises'
import { readArguments } from './arguments.js'
import { askGateway } from './ask-gateway.js'
import { UsageError, type Command } from './command.js'
import { printable } from './table.js'
import { findTarget, targetOptions } from './target.js'

export const posterCommand: Command = {
  name: 'poster',
  parameters: '<phone> <text> [--name name] [--out poster.pdf]',
  summary: 'make a message link and a page to hang up with its QR code',
  async run(args) {
    const wish = readPosterWish(args)
    const { phone, text, name, out } = wish
    const { link, pdf } = await askGateway(await findTarget(wish, process.env), async ({ messageLinks }) => {
      const made = await messageLinks.create({ phone, text, ...(name === undefined ? {} : { name }) })
      return { link: made, pdf: await messageLinks.image(made.id, 'pdf') }
    })
    await writeFile(out, pdf)
    process.stdout.write(`${printable(link.url)}\n`)
    process.stderr.write(`The poster is ${out}. Whoever scans it chats with ${printable(link.phone)}; id ${link.id}.\n`)
  },
}

export interface PosterWish {
  readonly phone: string
  readonly text: string
  readonly name: string | undefined
  readonly out: string
  readonly url: string | undefined
  readonly key: string | undefined
}

export function readPosterWish(args: readonly string[]): PosterWish {
  const options = { ...targetOptions, name: { type: 'string' }, out: { type: 'string' } } as const
  const { values, positionals } = readArguments('poster', args, options)
  const [phone, text, ...more] = positionals
  if (phone === undefined || text === undefined || more.length > 0) {
    throw new UsageError(`'poster' is followed by: ${posterCommand.parameters}`)
  }
  return { phone, text, name: values.name, out: values.out ?? 'poster.pdf', url: values.url, key: values.key }
}
