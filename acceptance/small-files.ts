/** As small as a JPEG can be: one pixel. */
const pixel =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////' +
  'wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA='

/** A picture in base64. What stands behind the end of a JPEG is no part of what is seen, but of its digest. */
export function smallJpeg(mark: string): string {
  return Buffer.concat([Buffer.from(pixel, 'base64'), Buffer.from(mark)]).toString('base64')
}
