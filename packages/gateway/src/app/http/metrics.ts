import { collectDefaultMetrics, Counter, Histogram, type Registry } from 'prom-client'
import type { AnswerNote } from '../../dialects/dialect.js'

/** Seconds; long polls wait up to a minute. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

interface Measures {
  readonly labels: Record<'method' | 'route' | 'status', string>
  /** Told to the registry when it is asked: that is seldom, and answers are many. */
  count: number
  readonly duration: Histogram.Internal<string>
}

/** Counts answers by route template; a raw path would carry tokens and numbers, and grow without end. */
export function countAnswers(registry: Registry): (answer: AnswerNote) => void {
  if (registry.getSingleMetric('process_cpu_seconds_total') === undefined) collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const duration = new Histogram({
    name: 'gangway_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer, long polls and streams included.',
    labelNames,
    buckets,
    registers: [registry],
  })
  const cuts = new Counter({
    name: 'gangway_http_streams_cut_total',
    help: 'Streams and WebSockets whose reader took nothing for too long.',
    labelNames: ['route'] as const,
    registers: [registry],
  })
  // One entry per route and status: looking labels up anew for every answer is dear where pollers come by the thousand.
  const bound = new Map<string, Measures>()
  new Counter({
    name: 'gangway_http_requests_total',
    help: 'Answered requests.',
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, count } of bound.values()) this.inc(labels, count)
    },
  })
  return ({ method, route, status: code, ms, cut }) => {
    const status = String(code)
    const name = `${method} ${route} ${status}`
    let measures = bound.get(name)
    if (!measures) {
      const labels = { method, route, status }
      measures = { labels, count: 0, duration: duration.labels(labels) }
      bound.set(name, measures)
    }
    measures.count++
    measures.duration.observe(ms / 1000)
    if (cut) cuts.inc({ route })
  }
}
