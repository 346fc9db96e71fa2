import { CsvError, parse } from 'csv-parse/sync'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import type { LinkImportRow } from '../../core/message-links/link-import.js'
import { linkImageTypes, linkReferences } from '../../core/message-links/message-link.js'
import { callerOf } from './auth.js'
import { linkImportReply, LinkImportReply } from './message-link-replies.js'
import { LinkImportParams, readLinkImportId, readTime } from './message-link-requests.js'
import { ref } from './replies.js'
import { readPhone } from './requests.js'
import type { Routes } from './room.js'

const tags = ['Message links']
const mostRows = 5000
const columns = ['phone', 'text', 'name', 'tags', 'reference', 'imageType', 'enabled', 'expiresAt'] as const
type Column = (typeof columns)[number]

export const messageLinkImportRoutes: Routes = (scope, { gateway: { messageLinks } }) => {
  scope.addContentTypeParser('text/csv', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) => body)

  scope.post(
    '/message-link-imports',
    {
      config: { problems: ['rate-limited'] },
      schema: {
        operationId: 'importMessageLinks',
        summary: 'Make many message links from a CSV file',
        description:
          `With a first line that names its columns: \`phone\` and \`text\`, and any of ${columns
            .slice(2)
            .map((name) => `\`${name}\``)
            .join(', ')}; ` +
          `several tags are separated by semicolons. At most ${mostRows} rows. They are made in the background, also ` +
          'across a restart; read the import to follow it.',
        tags,
        consumes: ['text/csv'],
        body: Type.String({ examples: ['phone,text,name\n4915112345678,"Hello, table 1",Table 1\n'] }),
        response: { 202: ref(LinkImportReply) },
      },
    },
    async (request, reply) => {
      const job = await messageLinks.startImport(callerOf(request), readRows(request.body))
      return reply.code(202).send(linkImportReply(job))
    },
  )

  scope.get(
    '/message-link-imports/:id',
    {
      config: { problems: ['link-import-not-found'] },
      schema: {
        operationId: 'getMessageLinkImport',
        summary: 'Read how far an import is',
        tags,
        params: LinkImportParams,
        response: { 200: ref(LinkImportReply) },
      },
    },
    async (request) =>
      linkImportReply(await messageLinks.getImport(callerOf(request), readLinkImportId(request.params.id))),
  )
}

interface Parsed {
  readonly record: Partial<Record<Column, string>>
  readonly info: { readonly lines: number }
}

/** Throws `bad-request` naming the line; what is wrong with a value that only the core can judge is told by the import. */
function readRows(text: string): LinkImportRow[] {
  const parsed = parseCsv(text)
  if (parsed.length === 0) throw refused('The file has no rows.', 'body')
  if (parsed.length > mostRows) throw refused(`A file has at most ${mostRows} rows.`, 'body')
  return parsed.map(({ record, info }) => readRow(record, info.lines))
}

function parseCsv(text: string): Parsed[] {
  try {
    return parse(text, {
      bom: true,
      columns: readHeader,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      trim: true,
    }) as unknown as Parsed[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refused(
      `The file is no CSV: line ${typeof error.lines === 'number' ? error.lines : 1} cannot be read.`,
      'body',
      error,
    )
  }
}

function readHeader(names: readonly string[]): string[] {
  const unknown = names.find((name) => !(columns as readonly string[]).includes(name))
  if (unknown !== undefined) throw refused(`The column "${unknown.slice(0, 50)}" is not known here.`, 'body')
  for (const name of ['phone', 'text']) {
    if (!names.includes(name)) throw refused(`The column "${name}" is required.`, 'body')
  }
  if (new Set(names).size < names.length) throw refused('A column is there twice.', 'body')
  return [...names]
}

function readRow(record: Parsed['record'], line: number): LinkImportRow {
  const field = (name: Column): string => `line ${line}.${name}`
  const given = (name: Column): string | undefined => (record[name] === '' ? undefined : record[name])
  const [name, tags, expiresAt] = [given('name'), given('tags'), given('expiresAt')]
  const reference = oneOf(given('reference'), linkReferences, field('reference'))
  const imageType = oneOf(given('imageType'), linkImageTypes, field('imageType'))
  const enabled = oneOf(given('enabled'), ['true', 'false'] as const, field('enabled'))
  return {
    row: line,
    wish: {
      phone: readPhone(record.phone ?? '', field('phone')),
      text: record.text ?? '',
      ...(name !== undefined && { name }),
      ...(tags !== undefined && { tags: tags.split(';').map((tag) => tag.trim()) }),
      ...(reference && { reference }),
      ...(imageType && { imageType }),
      ...(enabled && { enabled: enabled === 'true' }),
      ...(expiresAt !== undefined && { expiresAt: readTime(expiresAt, field('expiresAt')) }),
    },
  }
}

function oneOf<Word extends string>(text: string | undefined, words: readonly Word[], field: string): Word | undefined {
  if (text === undefined) return undefined
  const word = words.find((one) => one === text)
  if (word !== undefined) return word
  throw refused(`This must be one of ${words.join(', ')}.`, field)
}

function refused(message: string, field: string, cause?: unknown): GatewayError {
  return new GatewayError('bad-request', message, { field, cause })
}
