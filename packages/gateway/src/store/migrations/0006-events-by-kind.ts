import type { Migration } from './migrate.js'

/** So that the events of a rare kind are found without reading everything between them. */
export const eventsByKind: Migration = {
  name: 'events-by-kind',
  async up(db) {
    await db.schema.createIndex('events_by_kind').on('events').columns(['instance', 'kind', 'seq']).execute()
  },
}
