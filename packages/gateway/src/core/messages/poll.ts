/** What somebody chose in a poll, and how it stands. */
export interface PollVote {
  readonly kind: 'poll-vote'
  readonly question: string
  readonly multiple: boolean
  /** Now chosen by who voted; none where the vote was taken back. */
  readonly chosen: readonly string[]
  /** In the order of the poll. */
  readonly tally: readonly PollOption[]
}

export interface PollOption {
  readonly option: string
  /** JIDs. */
  readonly voters: readonly string[]
}
