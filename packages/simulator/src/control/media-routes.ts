import type { Simulator } from '../api.js'
import { Fields } from './fields.js'
import { done } from './phone-handler.js'
import { Problem } from './problems.js'
import type { Routes } from './routing.js'

/** What is done to files on the media server. */
export function mediaRoutes(simulator: Simulator): Routes {
  return {
    '/media/expire': {
      POST: ({ body }) => {
        const { path, status } = readExpiry(body)
        simulator.expireMedia(path, status)
        return done
      },
    },
  }
}

function readExpiry(body: unknown): { path: string; status: 404 | 410 | undefined } {
  return Fields.all(body, (fields) => {
    const [path, status] = [fields.text('path'), fields.optionalInteger('status', 404, 410)]
    if (status === undefined || status === 404 || status === 410) return { path, status }
    throw new Problem('bad-request', "'status' must be 404 or 410.")
  })
}
