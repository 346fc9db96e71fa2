import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { permits } from '../../core/access/access-key.js'
import type { Gateway } from '../../core/gateway.js'
import { systemClock, type Clock } from '../../core/ports/clock.js'
import type { Dialect } from '../dialect.js'
import { refuseOtherMethods } from '../other-methods.js'
import { actionNames, actions, type ActionName } from './actions.js'
import { whoSigned } from './auth.js'
import { answerFailures, Refused } from './errors.js'
import { RateLimit } from './rate-limit.js'
import { succeeded, type Reply } from './replies.js'
import { readWire, type Wire } from './wire.js'

export interface CamsOptions {
  /** Base of the addresses in its answers. */
  readonly publicUrl: string
  readonly clock?: Clock
}

const version = '2020-06-06'
/** A text of 140 characters and a signature have room many times over. */
const largestBody = 64 * 1024

/** Alibaba Cloud CAMS: message QR codes, by signed requests to one path. */
export function cams({ publicUrl, clock = systemClock }: CamsOptions): Dialect {
  return {
    name: 'cams',
    permissions: ['cams:*', ...actionNames.map((name) => `cams:${name}`)],
    atRoot: true,
    routes: (gateway) => async (scope) => {
      addRoutes(scope, gateway, { publicUrl: publicUrl.replace(/\/$/, ''), clock })
    },
  }
}

function addRoutes(scope: FastifyInstance, gateway: Gateway, { publicUrl, clock }: Required<CamsOptions>): void {
  const limit = new RateLimit(clock)
  const otherMethods = refuseOtherMethods(scope)
  answerFailures(scope, publicUrl)
  // What is signed is the bytes of a body: they are kept as they came.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: largestBody },
    async (_: unknown, body: Buffer) => body,
  )

  scope.post('/', { schema: { hide: true } }, async (request, reply) => answer(request, reply))
  scope.get('/', { schema: { hide: true } }, async (request, reply) => {
    // Whoever opens the address of the gateway in a browser asks for no action.
    return request.method === 'GET' && namesAction(request) ? answer(request, reply) : reply.frontPage()
  })
  otherMethods.finish()

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<Reply> {
    reply.header('cache-control', 'no-store')
    const wire = readWire(request)
    const name = readAction(wire)
    const { key, caller } = await whoSigned(gateway.accessKeys, wire)
    limit.take(key.id, name)
    if (!permits(key.permissions, `cams:${name}`)) throw new Refused('Ram.PermissionDeny')
    return succeeded(await actions[name](gateway, caller, wire.parameters))
  }
}

/** Looked at before anything is decoded, so that no link to the page for people is refused. */
function namesAction({ raw: { url = '' }, headers }: FastifyRequest): boolean {
  return headers['x-acs-action'] !== undefined || /[?&]Action=/.test(url)
}

function readAction(wire: Wire): ActionName {
  const wanted = told(wire, 'Action')
  const name = actionNames.find((known) => known === wanted)
  if (told(wire, 'Version') !== version) throw new Refused('InvalidVersion')
  if (name === undefined) throw new Refused('InvalidAction.NotFound')
  return name
}

/** In a header, the query or the form. The older signature does not cover headers, so one may not say anything else. */
function told({ headers, parameters }: Wire, name: 'Action' | 'Version'): string {
  const said = [headers.get(`x-acs-${name.toLowerCase()}`), parameters.get(name)].filter((one) => one !== undefined)
  const [value = ''] = said
  if (value === '') throw new Refused('MissingParameter', `${name} is mandatory for this action.`)
  if (said.some((one) => one !== value)) throw new Refused('InvalidParameter', `${name} is given in two ways.`)
  return value
}
