import { setTimeout as sleep } from 'node:timers/promises'
import { ms, quantile, row } from './figures.mjs'
import { inTurns, withBoth } from './linking.mjs'

const aim = 1.15

export const firstQr = {
  name: 'first-qr',
  how: ({ qrRounds, qrSamples }) =>
    `First QR: ${qrRounds} rounds of ${qrSamples} new instances each, one at a time, both warm. Gateway: from sending ` +
    '`POST …/link` to having read the answer with the QR and its pictures. Bare: from `makeWASocket` to its QR, inside ' +
    'the script.',

  async measure({ qrRounds, qrSamples }) {
    const times = await withBoth((both) => inTurns(both, qrRounds, (one) => sample(one, qrSamples)))
    const [gateway, bare] = [times.gateway.flat(), times.bare.flat()]
    return [0.5, 0.95].map((share) => {
      const [ours, theirs] = [quantile(gateway, share), quantile(bare, share)]
      return row({
        figure: `first QR, p${share * 100}`,
        gateway: ms(ours),
        bare: ms(theirs),
        ratio: ours / theirs,
        aim: `≤ ${aim} × bare`,
        reached: ours / theirs <= aim,
      })
    })
  },
}

async function sample(contestant, count) {
  const times = []
  for (let i = 0; i < count; i++) {
    const id = await contestant.prepare()
    times.push((await contestant.firstQr(id)).ms)
    await contestant.drop(id)
    // What the gateway began while somebody would look for the phone ends now.
    await sleep(30)
  }
  return times
}
