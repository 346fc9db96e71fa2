import Type, { type Static } from 'typebox'
import { GatewayError } from '../../core/errors/gateway-error.js'
import { closed, nameSchema, phoneSchema } from './requests.js'

export const NewPhoneBody = Type.Object(
  { number: Type.Optional(phoneSchema), name: Type.Optional(nameSchema) },
  { ...closed, description: 'Without a number, a free one is taken.', examples: [{ name: 'Ana' }] },
)
export const ScanBody = Type.Object(
  {
    qr: Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description: 'The text of the QR.' })),
    image: Type.Optional(
      Type.String({ minLength: 1, description: 'A picture of the QR: a `data:` URI of a PNG or SVG, or its Base64.' }),
    ),
  },
  { ...closed, description: 'Either `qr` or `image`.', examples: [{ qr: '2@…' }] },
)
export const EnterCodeBody = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 32 }) },
  { ...closed, examples: [{ code: 'ABCD-EFGH' }] },
)
export const ReadBody = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        maxItems: 1000,
        description: 'Which messages were read; without it, everything unread.',
      }),
    ),
  },
  closed,
)
export const UnlinkBody = Type.Object(
  {
    device: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'JID of the device; without it, all.' }),
    ),
  },
  closed,
)

export const PhoneParams = Type.Object({ number: Type.String({ description: 'Number of the virtual phone.' }) })

export const PhoneMessageParams = Type.Object({
  ...PhoneParams.properties,
  messageId: Type.String({ description: 'Id of the message.' }),
})
export const PhoneGroupParams = Type.Object({
  ...PhoneParams.properties,
  group: Type.String({ description: 'Id of the group.' }),
})

/** A path that cannot name anything is answered like one that names nothing. */
export function readPhoneParam(text: string): string {
  if (!/^\d{7,15}$/.test(text)) throw new GatewayError('phone-not-found', 'no such virtual phone')
  return text
}

/** Exactly one of two fields of which the schema can only say that each may be there. */
export function readScan({ qr, image }: Static<typeof ScanBody>): { qr: string } | { image: string } {
  if (qr !== undefined && image === undefined) return { qr }
  if (image !== undefined && qr === undefined) return { image }
  throw new GatewayError('bad-request', 'Send either "qr" or "image".', { field: qr === undefined ? 'qr' : 'image' })
}
