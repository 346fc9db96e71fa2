import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Gateway } from '../../core/gateway.js'
import { systemClock } from '../../core/ports/clock.js'
import type { Dialect } from '../../dialects/dialect.js'
import {
  answerWithProblems,
  notFound,
  problem,
  problemTypes,
  refuseUnknownPaths,
  sendProblem,
} from '../../dialects/native/errors.js'
import { sendPage } from '../../dialects/native/docs/routes.js'
import { refuseOtherMethods } from '../../dialects/other-methods.js'
import { mediaFiles } from '../../web/media/index.js'
import { linkPage } from '../../web/link-page/index.js'
import { messageLinkPages } from '../../web/message-links/index.js'
import { noteAnswers } from './answers.js'
import { closeGently } from './close-gently.js'
import { readJsonBodies } from './json-body.js'
import { landingPage } from './landing-page.js'
import { countAnswers } from './metrics.js'
import { type Checks, operationRoutes } from './operations.js'
import { blottedError, logAnswers } from './request-log.js'
import { refuseSlowSenders } from './slow-senders.js'

export interface HttpServerOptions {
  readonly gateway: Gateway
  readonly dialects: readonly Dialect[]
  readonly logger: Logger
  readonly checks: Checks
  readonly metrics: Registry
  readonly version: string
  readonly publicUrl: string
}

const seconds = 1000
export const limits = {
  body: 1024 * 1024,
  /** Node waits 60 s for headers and 300 s for a body, which is what slow-sending attackers live on. */
  headers: 10 * seconds,
  pace: { span: 30 * seconds, bytes: 64 * 1024 },
  /** Even of the largest file. */
  request: 3600 * seconds,
  checkTimeouts: 2 * seconds,
  /** Longer than the usual 60 s of a proxy in front, so that it is the proxy that closes an idle connection. */
  keepAlive: 65 * seconds,
  /** What answers in progress get when the server closes. */
  grace: 10 * seconds,
  connections: 20_000,
  pathParameter: 512,
} as const

/** The one HTTP server: limits, logs and counts for every dialect, each of which lives in a scope of its own. */
export function buildHttpServer(options: HttpServerOptions): FastifyInstance {
  const { gateway, dialects, metrics, publicUrl } = options
  const { level } = options.logger
  // What Fastify notes at `info` is where it listens; whoever started the gateway is told that in better words.
  const quieter = { serializers: { err: blottedError }, level: level === 'info' ? 'warn' : level }
  const logger = options.logger.child({}, quieter)
  const typeOf = problemTypes(publicUrl)
  const loggerInstance: FastifyBaseLogger = logger
  const server = Fastify({
    loggerInstance,
    // Lines name their request themselves; a logger of its own for each would cost more than most requests.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.body,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.keepAlive,
    routerOptions: { maxParamLength: limits.pathParameter },
    http: { headersTimeout: limits.headers, connectionsCheckingInterval: limits.checkTimeouts },
    // A path that cannot be decoded names nothing.
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, problem(notFound(), typeOf))
    },
  })
  server.server.maxConnections = limits.connections
  closeGently(server, limits.grace)
  refuseSlowSenders(server, limits.pace)
  readJsonBodies(server)
  answerWithProblems(server, typeOf)
  refuseUnknownPaths(server)
  const landing = landingPage(publicUrl)
  server.decorateReply('frontPage', function () {
    return sendPage(this, landing)
  })
  noteAnswers(server, [countAnswers(metrics), logAnswers(logger)])
  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
    done()
  })
  server.register(async (scope) => {
    const otherMethods = refuseOtherMethods(scope)
    if (!dialects.some(({ atRoot }) => atRoot)) scope.get('/', async (_request, reply) => reply.frontPage())
    operationRoutes(scope, options)
    otherMethods.finish()
  })
  server.register(async (scope) => {
    const otherMethods = refuseOtherMethods(scope)
    await scope.register(linkPage({ gateway, publicUrl, clock: systemClock }))
    otherMethods.finish()
  })
  server.register(async (scope) => {
    const otherMethods = refuseOtherMethods(scope)
    await scope.register(mediaFiles(gateway))
    otherMethods.finish()
  })
  server.register(async (scope) => {
    const otherMethods = refuseOtherMethods(scope)
    await scope.register(messageLinkPages({ gateway, clock: systemClock }))
    otherMethods.finish()
  })
  for (const dialect of dialects) server.register(dialect.routes(gateway))
  return server
}
