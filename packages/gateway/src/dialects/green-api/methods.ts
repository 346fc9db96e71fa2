import { accountMethods } from './account.js'
import { actMethods } from './acts.js'
import { callJournalMethods } from './call-journal.js'
import { contactMethods } from './contacts.js'
import { fileMethods } from './files.js'
import { groupMethods } from './groups.js'
import { journalMethods } from './journal.js'
import { outgoingQueueMethods } from './outgoing-queue.js'
import { qrMethod } from './qr.js'
import { queueMethods } from './queue.js'
import type { Method, Room } from './room.js'
import { sendingMethods } from './sending.js'
import { serviceMethods } from './service.js'
import { statusMethods } from './statuses.js'

/** Every method of an instance. */
export function instanceMethods(room: Room): readonly Method[] {
  return [
    qrMethod(room),
    ...accountMethods(room),
    ...queueMethods(room),
    ...sendingMethods(room),
    ...fileMethods(room),
    ...actMethods(room),
    ...outgoingQueueMethods(room),
    ...journalMethods(room),
    ...callJournalMethods(room),
    ...serviceMethods(room),
    ...contactMethods(room),
    ...groupMethods(room),
    ...statusMethods(room),
  ]
}
