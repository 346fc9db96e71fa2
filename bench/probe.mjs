// Loaded with `--import` into every thread of every process of the benchmark, so that each is looked into by the same
// means and none has to know of it. The main thread is asked over IPC, and tells the others.
import { Session } from 'node:inspector'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

/** How often the loop is looked at, in ms. Node counts this interval into each delay; it is taken off again. */
const resolution = 10

const threads = new BroadcastChannel('gangway-bench')
threads.onmessage = collectGarbage
// The program ends when it wants to.
threads.unref()

if (isMainThread && process.channel) {
  const delay = monitorEventLoopDelay({ resolution })
  const inMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution)
  process.on('message', ({ call, question }) => {
    if (question === 'watch the loop') {
      delay.reset()
      delay.enable()
      process.send({ call })
    }
    if (question === 'how late was the loop') {
      delay.disable()
      process.send({ call, answer: { p99: inMs(delay.percentile(99)), max: inMs(delay.max) } })
    }
    if (question === 'CPU time') {
      const { user, system } = process.cpuUsage()
      process.send({ call, answer: (user + system) / 1000 })
    }
    if (question === 'collect garbage') {
      threads.postMessage('now')
      collectGarbage()
      process.send({ call })
    }
  })
  process.once('disconnect', () => process.exit())
  process.channel.unref()
}

/** What V8 does by itself after a minute or so of rest, at a moment that can be named. */
function collectGarbage() {
  const session = new Session()
  session.connect()
  session.post('HeapProfiler.collectGarbage')
}
