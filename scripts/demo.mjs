import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { build, install, requireNode, root } from './prepare.mjs'

requireNode()
install()
build()
// In this process, so that the exit code of `npm run demo` is the demo's own.
process.argv = [process.argv[0], 'gangway', 'demo', ...process.argv.slice(2)]
await import(pathToFileURL(join(root, 'packages/gateway/dist/app/cli/main.js')).href)
