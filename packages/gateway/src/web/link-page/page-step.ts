import type { ErrorCode } from '../../core/errors/gateway-error.js'
import type { LinkPageMoment } from '../../core/gateway.js'
import type { Failure, PageStep } from './browser/wire.js'

/** What a moment is to the page: nothing in it names the instance, the gateway or the whole number. */
export function pageStep({ step, returnUrl }: LinkPageMoment, now: Date): PageStep {
  const left = (until: Date): number => Math.max(0, until.getTime() - now.getTime())
  switch (step.kind) {
    case 'idle':
    case 'opening':
    case 'starting':
      return { step: step.kind }
    case 'scan':
      return { step: 'scan', png: step.qr.png, expiresIn: left(step.expiresAt) }
    case 'type-code':
      return { step: 'type-code', code: step.code, expiresIn: left(step.expiresAt) }
    case 'linked':
      return { step: 'linked', ending: ending(step.phone), returnUrl }
    case 'failed':
      return { step: 'failed', failure: failureOf(step.error.code) }
  }
}

/** The digits by which somebody knows a number of their own, and nobody else can call it. */
export function ending(phone: string): string {
  return phone.slice(-4)
}

/** What the person with the phone can do nothing about is plain trouble: whoever runs the gateway has the details. */
const failures: Partial<Record<ErrorCode, Failure>> = {
  'wrong-account': 'wrong-account',
  'link-expired': 'expired',
  'link-abandoned': 'unattended',
  'link-cancelled': 'cancelled',
  'link-interrupted': 'interrupted',
  'whatsapp-unreachable': 'unreachable',
  'whatsapp-refused': 'refused',
  'instance-banned': 'banned',
  'instance-busy': 'busy',
  'rate-limited': 'too-often',
}

export function failureOf(code: ErrorCode): Failure {
  return failures[code] ?? 'trouble'
}
