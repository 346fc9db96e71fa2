import type { Account } from '../accounts/account.js'

/** Where status posts are addressed to. */
export const statusJid = 'status@broadcast'

/** Those for whom a status post is. Nobody keeps the list: it comes with each post, and may be another each time. */
export class Audience {
  readonly jid = statusJid
  readonly accounts: readonly Account[]

  constructor(accounts: readonly Account[]) {
    this.accounts = [...new Set(accounts)]
  }
}
