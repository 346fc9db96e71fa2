import { ms, perSecond, quantile, row } from './figures.mjs'
import { oneTurn } from './linking.mjs'
import { connections, pinning, withServers } from './pressing.mjs'

const aim = 0.5
const delayAim = 50

export const polling = {
  name: 'polling',
  how: ({ pollRounds, pollTime, polled }) =>
    `Polling: \`GET …/link\` over ${polled} instances that show a QR, ${connections} keep-alive connections with one request ` +
    `under way each, in answers per second of CPU time that the server used (it has one core), ${pollRounds} rounds of ${pollTime / 1000} s, medians. Bare: a Fastify route that answers the same ` +
    `bytes to the same requests, without looking at the key. ${pinning}`,

  async measure({ pollRounds, pollTime, polled }) {
    const runs = await withLinks(polled, async (servers, press) => {
      const answers = []
      for (let turn = 0; turn < pollRounds; turn++) {
        answers.push(await oneTurn(servers, turn, (server) => press(server, { time: pollTime })))
      }
      return answers
    })
    const middle = (side, what) => quantile(runs.map((run) => run[side][what]))
    const [ours, theirs] = [middle('gateway', 'rate'), middle('bare', 'rate')]
    const delay = middle('gateway', 'p99')
    return [
      row({
        figure: `current-QR polling on one core, ${polled} instances`,
        gateway: `${perSecond(ours)} (${Math.round(middle('gateway', 'busy') * 100)} % of its core)`,
        bare: `${perSecond(theirs)} (${Math.round(middle('bare', 'busy') * 100)} % of its core)`,
        ratio: ours / theirs,
        aim: `≥ ${aim} × bare`,
        reached: ours / theirs >= aim,
      }),
      row({
        figure: 'event-loop delay p99 during it',
        gateway: ms(delay),
        bare: ms(middle('bare', 'p99')),
        aim: `< ${delayAim} ms`,
        reached: delay < delayAim,
      }),
    ]
  },
}

/** Every instance shows a QR, and still shows one at the end. */
async function withLinks(count, work) {
  let check
  const setUp = async (gateway) => {
    const ids = await Promise.all(Array.from({ length: count }, () => gateway.prepare()))
    await Promise.all(ids.map((id) => gateway.firstQr(id)))
    const read = () => Promise.all(ids.map((id) => gateway.call('GET', `/instances/${id}/link`)))
    check = async () => {
      if ((await read()).some(({ step }) => step !== 'scan')) throw new Error('an instance showed no QR any more')
    }
    const answers = (await read()).map((answer, i) => [ids[i], JSON.stringify(answer)])
    await gateway.child.settles()
    return {
      paths: ids.map((id) => `/api/v1/instances/${id}/link`),
      headers: { authorization: `Bearer ${gateway.key}` },
      url: '/api/v1/instances/:id/link',
      answers,
    }
  }
  return withServers(setUp, async (servers, press) => {
    for (const server of Object.values(servers)) await press(server, { time: 1000 })
    const answer = await work(servers, press)
    await check()
    return answer
  })
}
