import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { largestFile, type MediaFile } from '../../core/media/media-file.js'
import { longestKept } from '../../core/media/media-retention.js'
import { callerOf } from './auth.js'
import { FileReply, fileReply } from './content-replies.js'
import { FileDesk, readMediaId } from './file-source.js'
import { bytesOf, claimedType, readForm, takeAnything, takeForms } from './form.js'
import { largestMessageBody } from './message-bodies.js'
import { named, ref } from './replies.js'
import { closed, InstanceParams, readInstanceId } from './requests.js'
import type { Routes } from './room.js'
import { bodyReader } from './validation.js'

const tags = ['Media']

const UploadBody = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'Where the file is fetched from.' })),
    base64: Type.Optional(Type.String({ description: 'The file itself.' })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'What it is called.' })),
    mimetype: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'What it is said to be.' })),
  },
  { ...closed, description: 'Either `url` or `base64`.', examples: [{ url: 'https://shop.example/menu.pdf' }] },
)
const UploadForm = Type.Object({
  file: Type.String({ contentMediaType: 'application/octet-stream', description: 'The file.' }),
})
const UploadQuery = Type.Object({
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, description: 'What a file is called that is the whole body.' }),
  ),
})
const MediaParams = Type.Object({
  id: Type.String({ description: 'UUID of the instance.' }),
  mediaId: Type.String({ description: 'Id of the file.' }),
})

const days = (of: string) =>
  Type.Integer({ minimum: 1, maximum: longestKept, description: `Days that ${of} are kept.` })
const received = days('files that came with messages')
const uploaded = days('files that were uploaded or fetched to be sent')
export const MediaRetentionReply = named('MediaRetention', Type.Object({ received, uploaded }))
const MediaRetentionBody = Type.Object(
  { received: Type.Optional(received), uploaded: Type.Optional(uploaded) },
  { ...closed, minProperties: 1, examples: [{ received: 7 }] },
)

const readUpload = bodyReader(UploadBody)
const wholeFile = Type.String({ contentMediaType: 'application/octet-stream', description: 'The file is the body.' })

export const mediaRoutes: Routes = (scope, { gateway: { media }, mediaUrl }) => {
  takeForms(scope)
  takeAnything(scope)

  scope.post(
    '/instances/:id/media',
    {
      bodyLimit: largestMessageBody,
      config: {
        problems: ['content-too-large', 'file-unreachable', 'storage-full'],
        bodies: { 'application/json': UploadBody, 'multipart/form-data': UploadForm, '*/*': wholeFile },
      },
      schema: {
        operationId: 'uploadMedia',
        summary: 'Upload a file, to be sent any number of times',
        description:
          'As the part `file` of a form, as the body itself whatever its type, or as JSON that says where it is or what ' +
          'is in it. It is taken in as it comes, up to 100 MiB, and its type is told by its first bytes.',
        tags,
        params: InstanceParams,
        querystring: UploadQuery,
        response: { 201: ref(FileReply) },
      },
    },
    async (request, reply) => {
      const desk = new FileDesk(media, callerOf(request), readInstanceId(request.params.id))
      return reply.code(201).send(fileReply(await take(desk, request, request.query), mediaUrl))
    },
  )

  scope.get(
    '/instances/:id/media/:mediaId',
    {
      config: { problems: ['media-not-found'] },
      schema: {
        operationId: 'getMedia',
        summary: 'Read what is known of a file',
        description: 'The file itself is at its `url`.',
        tags,
        params: MediaParams,
        response: { 200: ref(FileReply) },
      },
    },
    async (request) => {
      const { id, mediaId } = request.params
      return fileReply(await media.get(callerOf(request), readInstanceId(id), readMediaId(mediaId)), mediaUrl)
    },
  )

  scope.get(
    '/media-retention',
    {
      schema: {
        operationId: 'getMediaRetention',
        summary: 'Read how long files are kept',
        tags,
        response: { 200: ref(MediaRetentionReply) },
      },
    },
    async (request) => media.retention(callerOf(request)),
  )

  scope.patch(
    '/media-retention',
    {
      schema: {
        operationId: 'editMediaRetention',
        summary: 'Change how long files are kept',
        description: 'It holds for the files that are there already, too: what is older goes within the hour.',
        tags,
        body: MediaRetentionBody,
        response: { 200: ref(MediaRetentionReply) },
      },
    },
    async (request) => media.setRetention(callerOf(request), request.body),
  )
}

async function take(
  desk: FileDesk,
  { body, headers }: FastifyRequest,
  query: Static<typeof UploadQuery>,
): Promise<MediaFile> {
  if (Number(headers['content-length'] ?? 0) > largestFile + largestWrapping) throw tooLarge()
  const contentType = headers['content-type'] ?? ''
  if (!(body instanceof Readable)) {
    if (!contentType.startsWith('application/json')) throw new GatewayError('bad-request', 'The file is empty.')
    const { mimetype = null, name = null, ...source } = readUpload(body)
    return desk.bring(source, { name, mimetype }, '')
  }
  if (!contentType.startsWith('multipart/form-data'))
    return desk.keep(bytesOf(body), { name: query.name ?? null, mimetype: claimedType(contentType) })
  const { file } = await readForm(body, contentType, [], ({ bytes, ...claimed }) => desk.keep(bytes, claimed))
  if (file === undefined) throw new GatewayError('bad-request', 'The field "file" is required.', { field: 'file' })
  return file
}

/** What a form has around its file. */
const largestWrapping = 64 * 1024

function tooLarge(): GatewayError {
  return new GatewayError('content-too-large', `A file has at most ${largestFile} bytes.`)
}
