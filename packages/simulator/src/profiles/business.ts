/** What a business says of itself. */
export interface BusinessProfile {
  readonly description?: string
  readonly category?: string
  readonly email?: string
  readonly website?: string
  readonly address?: string
}
