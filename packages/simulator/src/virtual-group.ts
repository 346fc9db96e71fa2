/** A group as one phone sees it. What the phone may not do in it is refused with `not-a-member` or `not-an-admin`. */
export interface VirtualGroup {
  /** `120363…@g.us` */
  readonly id: string
  /** How its members are named in stanzas: by LID, as WhatsApp does now, or by number, as in old groups. */
  readonly addressing: 'lid' | 'number'
  readonly subject: string
  readonly description: string | undefined
  /** Only admins may write. */
  readonly announcement: boolean
  /** Only admins may change subject and description. */
  readonly locked: boolean
  /** Seconds after which messages disappear; 0 for never. */
  readonly expiration: number
  /** Everybody may add people, not only admins. */
  readonly membersMayAdd: boolean
  /** Who comes by the invite code has to wait for an admin. */
  readonly approval: boolean
  participants(): readonly GroupParticipant[]
  /** People are named by number, JID or LID, here and below. Rejects with `recipient-not-found` for who is not registered. */
  add(members: readonly string[]): Promise<void>
  remove(members: readonly string[]): Promise<void>
  promote(members: readonly string[]): Promise<void>
  demote(members: readonly string[]): Promise<void>
  rename(subject: string): Promise<void>
  /** Removed when no text is given. */
  setDescription(text?: string): Promise<void>
  setAnnouncement(on: boolean): Promise<void>
  setLocked(on: boolean): Promise<void>
  /** A JPEG. */
  picture(): Uint8Array | undefined
  /** Any picture; it is cut to a square. Rejects with `picture-not-readable`. */
  setPicture(image: Uint8Array): Promise<void>
  removePicture(): Promise<void>
  setExpiration(seconds: number): Promise<void>
  setMembersMayAdd(on: boolean): Promise<void>
  setApproval(on: boolean): Promise<void>
  /** Numbers of those who wait for an admin; only admins are told. */
  requests(): Promise<readonly string[]>
  /** Both reject with `member-refused` for who has not asked. */
  approve(members: readonly string[]): Promise<void>
  reject(members: readonly string[]): Promise<void>
  /** Sends somebody an invitation of their own, as to those who cannot be added; answers with the id of the message. */
  invite(member: string): Promise<string>
  inviteCode(): Promise<string>
  /** A new invite code; the old one is worth nothing from now on. */
  renewInvite(): Promise<string>
  leave(): Promise<void>
}

export interface GroupParticipant {
  readonly number: string
  /** `<number>@s.whatsapp.net` */
  readonly jid: string
  readonly lid: string
  readonly role: 'member' | 'admin' | 'superadmin'
}
