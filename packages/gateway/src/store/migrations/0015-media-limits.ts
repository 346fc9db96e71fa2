import type { Migration } from './migrate.js'

/** How long a workspace keeps its files. Null: as long as the gateway does. */
export const mediaLimits: Migration = {
  name: 'media-limits',
  async up(db) {
    await db.schema.alterTable('workspaces').addColumn('media_limits', 'text').execute()
  },
}
