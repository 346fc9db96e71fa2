import { GatewayError, type ErrorCode } from '../errors/gateway-error.js'

/** Why a link attempt failed, for the person who tried and the one who can help. */
const explanations: Partial<Record<ErrorCode, readonly [message: string, hint: string]>> = {
  'wrong-account': [
    'Another account than the expected one scanned the code. It was logged out again.',
    'Scan with the phone whose number this instance expects, or change the expected number.',
  ],
  'link-expired': ['No phone scanned the code in time.', 'Start again when the phone is at hand.'],
  'link-abandoned': ['Nobody was looking at the code any more.', 'Start again and keep the page or the poller open.'],
  'link-cancelled': ['The attempt was cancelled.', 'Start again.'],
  'link-interrupted': ['The link was cut off before it was complete.', 'Start again.'],
  'whatsapp-unreachable': [
    'WhatsApp could not be reached.',
    'Check the internet connection and GANGWAY_WHATSAPP_URL; to try Gangway without WhatsApp, use an instance of network "sandbox".',
  ],
  'whatsapp-refused': [
    'The server refused, or could not prove that it is WhatsApp.',
    'Check GANGWAY_WHATSAPP_URL and GANGWAY_WHATSAPP_ROOT_KEY.',
  ],
  'client-outdated': ['WhatsApp no longer accepts this version of the client.', 'Update Gangway.'],
  'storage-error': ['The credentials could not be stored or read.', 'Look at the disk and the log of the gateway.'],
}

export function linkFailure(code: ErrorCode): GatewayError {
  const [message, hint] = explanations[code] ?? ['The link attempt failed.', 'Start again.']
  return new GatewayError(code, message, { hint })
}
