/** Why the simulator refused what a virtual phone was asked to do. Named after what happened to the caller. */
export const simulatorErrorCodes = [
  'phone-not-found',
  'number-taken',
  'bad-number',
  'phone-offline',
  'no-qr-in-image',
  'image-too-large',
  'qr-not-valid',
  'qr-expired',
  'code-not-valid',
  'recipient-not-found',
  'device-not-found',
  'companion-refused',
  'companion-silent',
  'group-not-found',
  'not-a-member',
  'not-an-admin',
  'bad-subject',
  'member-refused',
  'call-not-found',
  'message-not-found',
  'call-ended',
  'bad-choice',
  'media-not-found',
  'media-damaged',
  'media-too-large',
  'state-unreadable',
  'join-requested',
  'invitation-not-valid',
  'picture-not-readable',
  'bad-setting',
] as const
export type SimulatorErrorCode = (typeof simulatorErrorCodes)[number]

export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode

  constructor(code: SimulatorErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SimulatorError'
    this.code = code
  }
}
