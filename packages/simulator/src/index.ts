/**
 * A WhatsApp server with virtual phones. The real protocol library links to it unmodified; nothing here knows of Gangway.
 *
 * This file is the whole public surface of the package.
 */
export type {
  Fault,
  HistoryEntry,
  LinkedDevice,
  PhoneMessage,
  RegisterPhone,
  Simulator,
  SimulatorOptions,
  VirtualPhone,
} from './api.js'
export { SimulatorError, type SimulatorErrorCode } from './errors.js'
export { startSimulator } from './start.js'
