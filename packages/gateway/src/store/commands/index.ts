import type { WriteTransaction } from '../write.js'
import { addAccessKey, revokeAccessKey, useNonce } from './access-keys.js'
import { addKey, ensureWorkspace, revokeKey } from './access.js'
import { commitCredentials } from './credentials.js'
import { nameChats, readChat } from './chats.js'
import { expireEvents, expireMessages, expireNonces, expireReceived, expireSent } from './expiry.js'
import { claimAll, createInstance, replaceToken, updateInstance } from './instances.js'
import { addLinkImport, advanceLinkImport } from './link-imports.js'
import { addLinkPage, putReturnOrigins, revokeLinkPage } from './link-pages.js'
import { addMedia, doomMedia, doomMediaHere, forgetMedia, moveMedia, putMediaLimits } from './media.js'
import {
  addMessageLinks,
  changeMessageLink,
  putLinkSettings,
  recordScans,
  removeMessageLink,
  saltOfDay,
} from './message-links.js'
import { enqueueMessage } from './messages.js'
import { check, rememberOnce } from './meta.js'
import { putMetaNumber, removeMetaNumber } from './meta-numbers.js'
import { removeInstance, sweepRemovals } from './removal.js'
import { putSettings } from './settings.js'
import { commitStep } from './step.js'
import { addReplay, parkEvents, recordProgress, replayDeadLetters } from './deliveries.js'
import { addSubscription, changeSubscription, removeSubscription } from './subscriptions.js'

/** Everything that can be written, by name: a name and its input are all that has to travel to where the database is. */
export const commands = {
  addAccessKey,
  addKey,
  addLinkImport,
  addLinkPage,
  addMedia,
  addMessageLinks,
  addReplay,
  addSubscription,
  advanceLinkImport,
  changeMessageLink,
  changeSubscription,
  check,
  claimAll,
  commitCredentials,
  commitStep,
  createInstance,
  doomMedia,
  doomMediaHere,
  enqueueMessage,
  ensureWorkspace,
  expireEvents,
  expireMessages,
  expireNonces,
  expireReceived,
  expireSent,
  forgetMedia,
  moveMedia,
  nameChats,
  parkEvents,

  putLinkSettings,
  putMediaLimits,
  putMetaNumber,
  putReturnOrigins,
  putSettings,
  readChat,
  recordProgress,
  recordScans,
  rememberOnce,
  removeInstance,
  removeMessageLink,
  removeMetaNumber,
  removeSubscription,
  replayDeadLetters,
  replaceToken,
  revokeAccessKey,
  revokeKey,
  revokeLinkPage,
  saltOfDay,
  sweepRemovals,
  updateInstance,
  useNonce,
}

export type CommandName = keyof typeof commands
export type CommandInput<Name extends CommandName> = Parameters<(typeof commands)[Name]>[1]
export type CommandOutput<Name extends CommandName> = Awaited<ReturnType<(typeof commands)[Name]>>

/** Runs a command whose input has lost its type on the way here. */
export function runCommand(tx: WriteTransaction, name: CommandName, input: unknown): Promise<unknown> {
  const command = commands[name] as (tx: WriteTransaction, input: unknown) => Promise<unknown>
  return command(tx, input)
}
