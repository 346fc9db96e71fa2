import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'

/** By name, what has to work before requests are sent here. Each rejects while it does not. */
export type Checks = Readonly<Record<string, () => Promise<void>>>

export interface Operations {
  readonly checks: Checks
  readonly metrics: Registry
  readonly version: string
}

/** What operators and their machines ask. Public: none of it names a workspace, an account or a message. */
export function operationRoutes(scope: FastifyInstance, { checks, metrics, version }: Operations): void {
  scope.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return { status: 'ok', version }
  })

  scope.get('/readyz', async (_request, reply) => {
    const failed = await failing(checks)
    reply.header('cache-control', 'no-store')
    return failed.length === 0 ? { status: 'ready' } : reply.code(503).send({ status: 'not-ready', failed })
  })

  // Scrapers are rarely given credentials. Routes are templates and there is no label by tenant, so it tells load only.
  scope.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
}

async function failing(checks: Checks): Promise<string[]> {
  const names = Object.keys(checks)
  const results = await Promise.allSettled(Object.values(checks).map(async (check) => check()))
  return names.filter((_name, i) => results[i]?.status === 'rejected')
}
