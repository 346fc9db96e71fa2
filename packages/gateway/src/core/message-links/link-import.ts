import type { LinkImportId } from '../ids.js'
import type { NewMessageLink } from './message-links.js'

/** One link to be made. `row`: where it stood in what was uploaded, for people. */
export interface LinkImportRow {
  readonly row: number
  readonly wish: Omit<NewMessageLink, 'logo' | 'network'>
}

export const linkImportStates = ['running', 'done'] as const
export type LinkImportState = (typeof linkImportStates)[number]

/** How far the making of many links is. */
export interface LinkImport {
  readonly id: LinkImportId
  readonly state: LinkImportState
  readonly total: number
  readonly made: number
  readonly failures: readonly LinkImportFailure[]
  readonly createdAt: Date
}

export interface LinkImportFailure {
  readonly row: number
  readonly why: string
}
