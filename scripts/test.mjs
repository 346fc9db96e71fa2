import { build, install, requireNode, step } from './prepare.mjs'

requireNode()
install()
build()
const only = process.argv.slice(2)
if (only.length === 0) {
  step('Type check', 'npx', ['--no-install', 'tsc', '-p', 'tsconfig.test.json'])
  step('Lint', 'npx', ['--no-install', 'eslint', '.', '--max-warnings', '0'])
  step('Format', 'npx', ['--no-install', 'prettier', '--check', '--log-level', 'warn', '.'])
}
step('Tests', 'npx', ['--no-install', 'vitest', 'run', ...only])
