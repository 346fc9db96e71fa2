import { GatewayError } from './errors/gateway-error.js'
import type { Contacts, Groups, MediaFiles } from './gateway.js'
import type { MediaId } from './ids.js'
import type { FileResolver } from './messages/file-resolver.js'

const pending = async (): Promise<never> => {
  throw new GatewayError('not-supported', 'not built yet')
}

export const pendingMedia = (url: (id: MediaId) => string): MediaFiles => ({
  url,
  upload: pending,
  fetch: pending,
  get: pending,
  ofMessage: pending,
  open: pending,
})
export const pendingContacts: Contacts = {
  list: pending,
  get: pending,
  save: pending,
  remove: pending,
  block: pending,
  check: pending,
  profile: pending,
  picture: pending,
  business: pending,
  setProfile: pending,
  setPresence: pending,
}
export const pendingGroups: Groups = {
  list: pending,
  get: pending,
  create: pending,
  edit: pending,
  setPicture: pending,
  change: pending,
  invite: pending,
  revokeInvite: pending,
  join: pending,
  leave: pending,
}
export const pendingFiles: FileResolver = { resolve: pending, path: async () => undefined }
