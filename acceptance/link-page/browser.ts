import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const candidates = process.env.CHROMIUM_PATH === undefined ? places : [process.env.CHROMIUM_PATH]
const executablePath = candidates.find((path) => existsSync(path))

/**
 * Undefined where there is a browser. `.ci/run` sets GANGWAY_REQUIRE_BROWSER: there, a browser test that was left out is
 * a failure and not a line in the output.
 */
export const leftOutBecause =
  executablePath === undefined && process.env.GANGWAY_REQUIRE_BROWSER !== '1'
    ? 'there is no Chromium here (apt-get install chromium, or CHROMIUM_PATH)'
    : undefined

/** Says once per file what is not being tested. */
export function nameWhatIsLeftOut(what: string): void {
  if (leftOutBecause !== undefined) console.warn(`Left out: ${what}, because ${leftOutBecause}.`)
}

export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('GANGWAY_REQUIRE_BROWSER is set and there is no Chromium')
  // Chromium has no sandbox of its own for root, which is who CI runs as; /dev/shm is tiny in containers.
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  return chromium.launch({ executablePath, args })
}
