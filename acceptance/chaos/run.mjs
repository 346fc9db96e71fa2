// `npm run chaos -- --kills=300 --seed=7 --power-cuts=20`: the crash tests for as long as one likes.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, install, requireNode, step } from '../../scripts/prepare.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    'power-cuts': { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
for (const [name, value] of Object.entries(values)) {
  if (/^\d{1,10}$/.test(value)) continue
  console.error(`--${name} must be a whole number, not '${value}'`)
  process.exit(2)
}
requireNode()
install()
build()
const { seed, kills, 'power-cuts': cuts } = values
console.log(`\nSeed ${seed}; once more with: npm run chaos -- --seed=${seed} --kills=${kills} --power-cuts=${cuts}`)
const config = join('acceptance', 'chaos', 'vitest.config.ts')
step(`${kills} kills and ${cuts} power cuts`, 'npx', ['--no-install', 'vitest', 'run', '--config', config], {
  GANGWAY_CHAOS_SEED: seed,
  GANGWAY_CHAOS_KILLS: kills,
  GANGWAY_CHAOS_CUTS: cuts,
})
