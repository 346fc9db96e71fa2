/**
 * A WhatsApp server with virtual phones. The real protocol library links to it unmodified; nothing here knows of Gangway.
 *
 * This file is the whole public surface of the package.
 */
export type {
  Acknowledgement,
  CallRecord,
  CallState,
  Delivery,
  Fault,
  GroupParticipant,
  HistoryEntry,
  LinkedDevice,
  MessageKind,
  MessageReceipt,
  NewGroup,
  PhoneContent,
  PhoneMessage,
  PoisonForm,
  PreparedMessages,
  RegisterPhone,
  Simulator,
  SimulatorOptions,
  VirtualCall,
  VirtualGroup,
  VirtualPhone,
} from './api.js'
export { SimulatorError, type SimulatorErrorCode } from './errors.js'
export { startSimulator } from './start.js'
