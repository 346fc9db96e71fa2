// Loaded into a gateway by NODE_OPTIONS=--import=…: puts unsynced-sqlite.mjs in the place of the database driver.
import { register } from 'node:module'

register('./unsynced-hooks.mjs', import.meta.url)
