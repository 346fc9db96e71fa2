import Type, { type Static, type TSchema } from 'typebox'
import type { LinkSnapshot, LinkStep } from '../../core/linking/link-step.js'
import { type ProblemType, problem } from './errors.js'
import { Problem, ref, time } from './replies.js'
import { word } from './word.js'

const snapshotOf = <Step extends TSchema, More extends Record<string, TSchema>>(step: Step, more: More) =>
  Type.Object({
    instance: Type.String({ format: 'uuid' }),
    attempt: Type.Union([Type.String(), Type.Null()], {
      description: 'Null for an instance that was linked before the gateway started.',
    }),
    method: word(['qr', 'code']),
    startedAt: time('When the attempt began.'),
    step,
    ...more,
  })

export const LinkReply = Object.assign(
  Type.Union([
    snapshotOf(word(['opening', 'starting']), {}),
    snapshotOf(Type.Literal('scan'), {
      qr: Type.String({ description: 'Text of the QR.' }),
      png: Type.String({ description: 'The QR as a `data:image/png;base64,` URI.' }),
      svg: Type.String({ description: 'The QR as a `data:image/svg+xml;base64,` URI.' }),
      expiresAt: time('After that, the next QR takes its place.'),
    }),
    snapshotOf(Type.Literal('type-code'), {
      code: Type.String({ description: 'To be typed on the phone.' }),
      expiresAt: time('Until when it can be typed.'),
    }),
    snapshotOf(Type.Literal('linked'), { phone: Type.String({ description: 'The number that was linked.' }) }),
    snapshotOf(Type.Literal('failed'), {
      error: Type.Pick(Problem, ['code', 'detail', 'hint']),
    }),
  ]),
  { $id: 'Link' as const, description: 'What the person with the phone has to do next, or how it ended.' },
)
export const LinkReplyRef = ref(LinkReply)
export type LinkReply = Static<typeof LinkReply>

const ready = new WeakMap<LinkStep, Buffer>()

/**
 * A snapshot as it goes out. `scan` steps belong to one attempt and never change, so each is written out once: one QR
 * is read by every poller, tens of thousands of times a second.
 */
export function readyLink(snapshot: LinkSnapshot): Buffer {
  const known = ready.get(snapshot.step)
  if (known !== undefined) return known
  const bytes = Buffer.from(JSON.stringify(linkReply(snapshot)))
  if (snapshot.step.kind === 'scan') ready.set(snapshot.step, bytes)
  return bytes
}

const noDocumentation: ProblemType = (code) => code

function linkReply({ instance, attempt, method, startedAt, step }: LinkSnapshot): LinkReply {
  const about = { instance, attempt, method, startedAt: startedAt.toISOString() }
  switch (step.kind) {
    case 'opening':
    case 'starting':
      return { ...about, step: step.kind }
    case 'scan': {
      const { text: qr, png, svg } = step.qr
      return { ...about, step: step.kind, qr, png, svg, expiresAt: step.expiresAt.toISOString() }
    }
    case 'type-code':
      return { ...about, step: step.kind, code: step.code, expiresAt: step.expiresAt.toISOString() }
    case 'linked':
      return { ...about, step: step.kind, phone: step.phone }
    case 'failed': {
      const { code, detail, hint } = problem(step.error, noDocumentation)
      return { ...about, step: step.kind, error: { code, detail, ...(hint === undefined ? {} : { hint }) } }
    }
  }
}
