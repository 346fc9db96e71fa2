import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Histogram, type Registry } from 'prom-client'

/** Seconds; long polls wait up to a minute. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60]

/** Counts requests by route template; a raw path would carry tokens and numbers, and grow without end. */
export function measureRequests(server: FastifyInstance, registry: Registry): void {
  if (registry.getSingleMetric('process_cpu_seconds_total') === undefined) collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const count = new Counter({
    name: 'gangway_http_requests_total',
    help: 'Answered requests.',
    labelNames,
    registers: [registry],
  })
  const duration = new Histogram({
    name: 'gangway_http_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer, long polls and streams included.',
    labelNames,
    buckets,
    registers: [registry],
  })
  // One entry per route and status: looking labels up anew for every answer is dear where pollers come by the thousand.
  const bound = new Map<string, { count: Counter.Internal; duration: Histogram.Internal<string> }>()
  server.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const route = routeOf(request)
    const status = String(reply.raw.statusCode)
    const name = `${method} ${route} ${status}`
    let measures = bound.get(name)
    if (!measures) {
      measures = { count: count.labels(method, route, status), duration: duration.labels(method, route, status) }
      bound.set(name, measures)
    }
    measures.count.inc()
    measures.duration.observe(reply.elapsedTime / 1000)
  })
}

/** The template that a request matched: the only form in which a path may be logged or counted. */
export function routeOf(request: { readonly routeOptions: { readonly url?: string | undefined } }): string {
  return request.routeOptions.url ?? 'unmatched'
}
