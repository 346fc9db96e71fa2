import { ms, quantile, row } from './figures.mjs'
import { inTurns, linkOne, withBoth } from './linking.mjs'

const aim = 0.5
/** Nobody scans faster than this, in ms. */
const personsPause = 500

export const scanToLinked = {
  name: 'scan-to-linked',
  how: ({ scans }) =>
    `Scanned to linked: ${scans} accounts each, in turns, the phone scanning ${personsPause} ms after the QR came. From ` +
    'calling the scan to hearing of the success: gateway, the `linked` step by Server-Sent Events; bare, `open` after ' +
    'its 515 restart, by IPC.',

  async measure({ scans }) {
    const times = await withBoth((both) => inTurns(both, scans, (one) => linkOne(one, both.simulator, personsPause)))
    const [ours, theirs] = [quantile(times.gateway), quantile(times.bare)]
    return [
      row({
        figure: 'scanned → linked, p50',
        gateway: ms(ours),
        bare: ms(theirs),
        ratio: ours / theirs,
        aim: `≤ ${aim} × bare`,
        reached: ours / theirs <= aim,
      }),
    ]
  },
}
