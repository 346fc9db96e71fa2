#!/usr/bin/env node
// Stands here, not in dist/, so that npm finds something to link when it installs, which is before anything is built.
import { existsSync } from 'node:fs'
import process from 'node:process'

const program = new URL('../dist/app/cli/main.js', import.meta.url)
if (existsSync(program)) {
  await import(program.href)
} else {
  console.error('gangway: not built yet: run npm start, or npm run build.')
  process.exitCode = 1
}
