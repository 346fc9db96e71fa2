import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { build, install, requireNode, root } from './prepare.mjs'

requireNode()
install()
build()
// In this process, so that the signals and the exit code of `npm start` are the gateway's own.
process.argv = [process.argv[0], 'gangway', 'start', ...process.argv.slice(2)]
await import(pathToFileURL(join(root, 'packages/gateway/dist/app/cli/main.js')).href)
