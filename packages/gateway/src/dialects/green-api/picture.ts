import { GatewayError } from '../../core/errors/gateway-error.js'
import type { MediaId } from '../../core/ids.js'
import { type Form, readUpload, requireFile } from './form.js'
import { type Call, type Room, streamOf } from './room.js'

/** Reads a picture in, with the fields that come with it. */
export async function readPicture(
  { gateway: { media } }: Room,
  call: Call,
): Promise<Form<MediaId> & { file: MediaId }> {
  const { caller, instance, contentType } = call
  const form = await readUpload(streamOf(call), contentType, async ({ bytes, name, mimetype }) => {
    const { id } = await media.upload(caller, instance, bytes, { name, mimetype })
    return id
  })
  return { ...form, file: requireFile(form) }
}

/** A picture that is none is told by a reason in the answer, as the vendor does. Null when it was set. */
export async function whyNotSet(set: Promise<void>): Promise<string | null> {
  try {
    await set
    return null
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'bad-request') return 'bad image file'
    throw error
  }
}
