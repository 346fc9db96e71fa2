import { proto, type BinaryNode } from 'baileys'
import { announceVersion } from '../app-state/announce.js'
import { isCollectionName, type Collection } from '../app-state/collection.js'
import { badRequest, type IqAnswer, type IqError } from '../server/iq-answer.js'
import type { Batch } from '../store/store.js'
import { bytesOf, child, children, element } from '../wire/nodes.js'
import type { Asker } from './query.js'

/** How many patches one answer holds at most; what is left is asked for next. */
const patchesPerAnswer = 100

const conflict: IqError = { code: 409, text: 'conflict' }

/**
 * What devices of one account share: patches are fetched, and pushed on top of the version that the device knows. A
 * refusal concerns one collection, and stands in it rather than in the iq (whatsmeow's `SendAppState` reads it there).
 */
export function answerAppState(iq: BinaryNode, asker: Asker): IqAnswer {
  const batch = asker.network.batch()
  const answers = children(child(iq, 'sync'), 'collection').map((request) => answerCollection(request, asker, batch))
  batch.commit()
  return [element('sync', {}, answers)]
}

function answerCollection(request: BinaryNode, asker: Asker, batch: Batch): BinaryNode {
  const { name, version = '0' } = request.attrs
  if (!isCollectionName(name) || !/^\d+$/.test(version)) return refusal(request, badRequest)
  const collection = asker.network.appStates.collection(asker.account.number, name)
  const pushed = children(request, 'patch').map(readPatch)
  if (pushed.length === 0) return news(collection, Number(version))
  if (pushed.includes(undefined)) return refusal(request, badRequest)
  // With what the device did not know, so that it can try again on top of it.
  if (Number(version) !== collection.version) return refusal(request, conflict, news(collection, Number(version)))
  for (const patch of pushed) if (patch) collection.append(patch, batch)
  announceVersion(asker.network, asker.account, collection, asker.device.id, batch)
  return element('collection', { name, version: collection.version.toString() })
}

function news(collection: Collection, version: number): BinaryNode {
  const patches = collection.since(version, patchesPerAnswer)
  const attrs = {
    name: collection.name,
    version: version.toString(),
    has_more_patches: (version + patches.length < collection.version).toString(),
  }
  const content = patches.map((patch) => element('patch', {}, patch))
  return element('collection', attrs, content.length > 0 ? [element('patches', {}, content)] : undefined)
}

function refusal({ attrs: { name, version } }: BinaryNode, why: IqError, known?: BinaryNode): BinaryNode {
  const error = element('error', { code: why.code.toString(), text: why.text })
  return element('collection', { name, version, ...known?.attrs, type: 'error' }, [error, ...children(known)])
}

/** Undefined for what is no patch with a key and a MAC. */
function readPatch(node: BinaryNode): proto.SyncdPatch | undefined {
  try {
    const patch = proto.SyncdPatch.decode(bytesOf(node) ?? Buffer.alloc(0))
    return patch.keyId?.id && patch.patchMac && patch.snapshotMac ? patch : undefined
  } catch {
    return undefined
  }
}
