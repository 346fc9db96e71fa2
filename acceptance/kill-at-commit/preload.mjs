// Loaded into a gateway by NODE_OPTIONS=--import=…: puts dying-sqlite.mjs in the place of the database driver.
import { register } from 'node:module'

register('./hooks.mjs', import.meta.url)
