/**
 * A WhatsApp server with virtual phones. The real protocol library links to it unmodified; nothing here knows of Gangway.
 *
 * This file is the whole public surface of the package.
 */
export type * from './attention.js'
export type * from './message.js'
export type * from './phone-content.js'
export type {
  Acknowledgement,
  BusinessProfile,
  CallRecord,
  CallState,
  Correspondence,
  Contact,
  Delivery,
  Fault,
  GroupParticipant,
  HistoryEntry,
  Label,
  LinkedDevice,
  NewGroup,
  PoisonForm,
  RegisterPhone,
  PrivacyName,
  PrivacySettings,
  Restriction,
  ReportOptions,
  SendOptions,
  Simulator,
  SimulatorOptions,
  VirtualCall,
  VirtualChat,
  VirtualGroup,
  VirtualPhone,
  VirtualPrivacy,
  VirtualProfile,
} from './api.js'
export { SimulatorError, type SimulatorErrorCode } from './errors.js'
export { startSimulator } from './start.js'
