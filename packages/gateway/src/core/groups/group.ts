import type { PersonAddress } from '../events/event.js'

/** A group as WhatsApp describes it to a member. */
export interface Group {
  /** `<id>@g.us` */
  readonly id: string
  readonly subject: string
  readonly subjectChangedAt: Date | null
  /** JID. */
  readonly subjectChangedBy: string | null
  readonly description: string | null
  /** JID. */
  readonly owner: string | null
  readonly createdAt: Date | null
  readonly participants: readonly GroupParticipant[]
  /** Only admins may write. */
  readonly adminsWrite: boolean
  /** Only admins may change subject, picture and description. */
  readonly adminsEdit: boolean
  /** Seconds after which messages disappear; 0: they stay. */
  readonly expiresIn: number
  /** Whether admins let people in one by one. */
  readonly joinApproval: boolean
}

export interface GroupParticipant extends PersonAddress {
  readonly role: 'member' | 'admin' | 'owner'
}

/** What became of one of those who were to be added, removed, promoted or demoted. */
export interface ParticipantOutcome extends PersonAddress {
  /**
   * `invite-needed`: their settings keep others from adding them. `not-found`: not on WhatsApp, or not in the group.
   * `already`: nothing to change.
   */
  readonly outcome: 'done' | 'invite-needed' | 'not-found' | 'already' | 'refused'
}

export interface NewGroup {
  readonly subject: string
  /** Phone numbers or JIDs. */
  readonly participants: readonly string[]
}

/** What is left out stays as it is. */
export interface GroupEdit {
  readonly subject?: string
  /** Null takes it away. */
  readonly description?: string | null
  readonly adminsWrite?: boolean
  readonly adminsEdit?: boolean
  readonly expiresIn?: number
  readonly joinApproval?: boolean
}
