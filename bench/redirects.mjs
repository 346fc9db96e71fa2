import { ms, perSecond, quantile, row } from './figures.mjs'
import { oneTurn } from './linking.mjs'
import { connections, pinning, withServers } from './pressing.mjs'

const aim = 0.5
const delayAim = 10
const links = 100
/** So many that nobody is stopped as one who opens too many. */
const addresses = 2_000
const agent =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36'

export const redirects = {
  name: 'redirects',
  how: ({ redirectRounds, redirectTime }) =>
    `Redirects: \`GET /l/{code}\` over ${links} links from ${addresses} addresses, ${connections} keep-alive connections with one ` +
    'request under way each, every scan counted and on disk at the end, in answers per second of CPU time that the process of the ' +
    `server used (the writer of its store included), ${redirectRounds} rounds of ${redirectTime / 1000} s, medians. Bare: a ` +
    `Fastify route that answers the same 302. ${pinning}`,

  async measure({ redirectRounds, redirectTime }) {
    const runs = await withLinks(async (servers, press) => {
      const answers = []
      for (let turn = 0; turn < redirectRounds; turn++) {
        answers.push(await oneTurn(servers, turn, (server) => press(server, { time: redirectTime })))
      }
      return answers
    })
    const middle = (side, what) => quantile(runs.map((run) => run[side][what]))
    const [ours, theirs] = [middle('gateway', 'rate'), middle('bare', 'rate')]
    const delay = middle('gateway', 'p99')
    return [
      row({
        figure: 'redirects of message links on one core, each counted',
        gateway: perSecond(ours),
        bare: perSecond(theirs),
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

/** Everything that was answered is counted in the end. */
async function withLinks(work) {
  let count
  let answered = 0
  const setUp = async (gateway) => {
    const wish = (i) => ({ phone: '4915112345678', text: `Hello, table ${i}`, reference: 'none' })
    const made = await Promise.all(
      Array.from({ length: links }, (_none, i) => gateway.call('POST', '/message-links', wish(i))),
    )
    count = async () => {
      const { items } = await gateway.call('GET', '/message-links?limit=500')
      return items.reduce((sum, { scans }) => sum + scans, 0)
    }
    return {
      paths: made.map(({ code }) => `/l/${code}`),
      headers: { 'user-agent': agent },
      addresses,
      url: '/l/:id',
      location: 'https://wa.me/4915112345678?text=Hello%2C%20table%2017',
    }
  }
  return withServers(setUp, async (servers, press) => {
    const counted = async (server, pressure) => {
      const result = await press(server, pressure)
      if (server === servers.gateway) answered += result.answers
      return result
    }
    for (const server of Object.values(servers)) await counted(server, { time: 1000 })
    const answer = await work(servers, counted)
    const deadline = Date.now() + 5_000
    while ((await count()) < answered && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    // A request may be answered when nobody listens any more.
    const scans = await count()
    if (scans < answered) throw new Error(`${answered} were answered and ${scans} counted`)
    return answer
  })
}
