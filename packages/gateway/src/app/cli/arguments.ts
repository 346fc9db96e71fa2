import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from './command.js'

type Options = NonNullable<ParseArgsConfig['options']>
type Words<Wanted extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Wanted; allowPositionals: true; strict: true }>
>

/** The words after a command. Throws a `UsageError` that names the command and the word that makes no sense. */
export function readArguments<const Wanted extends Options>(
  command: string,
  args: readonly string[],
  options: Wanted,
): Words<Wanted> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(`'${command}': ${firstSentence(error)}.`)
  }
}

/** Node adds advice about positional arguments that helps nobody here. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : 'the options make no sense'
  return message.split(/\.\s|\n/)[0] ?? message
}
