/** Every route of the API with a request that is well-formed: what the generated tests go through. */
export interface RouteCase {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As in the OpenAPI document. */
  readonly path: string
  readonly body?: unknown
  /** Which of somebody's things the path names. */
  readonly names:
    | 'nothing'
    | 'instance'
    | 'message'
    | 'media'
    | 'key'
    | 'access-key'
    | 'phone'
    | 'subscription'
    | 'message-link'
    | 'link-import'
    | 'meta-number'
}

const instance = '/api/v1/instances/{id}'
const chat = `${instance}/chats/{chat}`
const contact = `${instance}/contacts/{contact}`
const group = `${instance}/groups/{group}`
const phone = '/api/v1/sandbox/phones/{number}'
const subscription = '/api/v1/subscriptions/{id}'
const messageLink = '/api/v1/message-links/{id}'

const metaNumber = { phone: '4915100000', phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }

export const routeTable: readonly RouteCase[] = [
  { method: 'POST', path: '/api/v1/keys', body: { name: 'k' }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/keys', names: 'nothing' },
  { method: 'DELETE', path: '/api/v1/keys/{id}', names: 'key' },
  { method: 'POST', path: '/api/v1/access-keys', body: { permissions: ['cams:*'] }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/access-keys', names: 'nothing' },
  { method: 'DELETE', path: '/api/v1/access-keys/{id}', names: 'access-key' },
  { method: 'POST', path: '/api/v1/instances', body: { name: 'i' }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/instances', names: 'nothing' },
  { method: 'GET', path: instance, names: 'instance' },
  { method: 'PATCH', path: instance, body: { name: 'j' }, names: 'instance' },
  { method: 'DELETE', path: instance, names: 'instance' },
  { method: 'POST', path: `${instance}/pause`, names: 'instance' },
  { method: 'POST', path: `${instance}/resume`, names: 'instance' },
  { method: 'POST', path: `${instance}/logout`, names: 'instance' },
  { method: 'POST', path: `${instance}/link`, body: { method: 'qr' }, names: 'instance' },
  { method: 'GET', path: `${instance}/link`, names: 'instance' },
  { method: 'DELETE', path: `${instance}/link`, names: 'instance' },
  { method: 'GET', path: `${instance}/link/events`, names: 'instance' },
  { method: 'GET', path: `${instance}/link/qr.png`, names: 'instance' },
  { method: 'GET', path: `${instance}/link/qr.svg`, names: 'instance' },
  { method: 'POST', path: `${instance}/link-pages`, body: {}, names: 'instance' },
  { method: 'GET', path: `${instance}/link-pages`, names: 'instance' },
  { method: 'DELETE', path: `${instance}/link-pages/{pageId}`, names: 'instance' },
  { method: 'GET', path: '/api/v1/workspace', names: 'nothing' },
  { method: 'PATCH', path: '/api/v1/workspace', body: { returnOrigins: [] }, names: 'nothing' },
  { method: 'POST', path: `${instance}/messages`, body: { to: '4915100000', text: 'hi' }, names: 'instance' },
  { method: 'GET', path: `${instance}/messages/{messageId}`, names: 'message' },
  { method: 'GET', path: `${instance}/messages/{messageId}/receipts`, names: 'message' },
  {
    method: 'POST',
    path: `${instance}/forward`,
    body: { from: '4915100000', to: '4915100001', messages: ['AB'] },
    names: 'instance',
  },
  { method: 'GET', path: `${instance}/queue`, names: 'instance' },
  { method: 'DELETE', path: `${instance}/queue`, names: 'instance' },
  { method: 'POST', path: `${instance}/media`, body: { base64: 'AA==' }, names: 'instance' },
  { method: 'GET', path: `${instance}/media/{mediaId}`, names: 'media' },
  { method: 'GET', path: `${instance}/chats`, names: 'instance' },
  { method: 'GET', path: chat, names: 'instance' },
  { method: 'PATCH', path: chat, body: { archived: true }, names: 'instance' },
  { method: 'POST', path: `${chat}/read`, body: {}, names: 'instance' },
  { method: 'POST', path: `${chat}/presence`, body: { presence: 'composing' }, names: 'instance' },
  { method: 'POST', path: `${chat}/follow-presence`, names: 'instance' },
  { method: 'GET', path: `${chat}/messages`, names: 'instance' },
  { method: 'GET', path: `${chat}/messages/{messageId}`, names: 'message' },
  { method: 'GET', path: `${chat}/messages/{messageId}/media`, names: 'message' },
  { method: 'GET', path: `${instance}/history`, names: 'instance' },
  { method: 'GET', path: `${instance}/contacts`, names: 'instance' },
  { method: 'GET', path: contact, names: 'instance' },
  { method: 'PATCH', path: contact, body: { firstName: 'Ana' }, names: 'instance' },
  { method: 'DELETE', path: contact, names: 'instance' },
  { method: 'POST', path: `${contact}/block`, names: 'instance' },
  { method: 'POST', path: `${contact}/unblock`, names: 'instance' },
  { method: 'POST', path: `${instance}/numbers/check`, body: { phones: ['4915100000'] }, names: 'instance' },
  { method: 'GET', path: `${instance}/profiles/{of}`, names: 'instance' },
  { method: 'PATCH', path: `${instance}/profile`, body: { name: 'Shop' }, names: 'instance' },
  { method: 'POST', path: `${instance}/presence`, body: { presence: 'available' }, names: 'instance' },
  { method: 'GET', path: `${instance}/groups`, names: 'instance' },
  { method: 'POST', path: `${instance}/groups`, body: { subject: 'Team', participants: [] }, names: 'instance' },
  { method: 'POST', path: `${instance}/groups/join`, body: { invite: 'AbCdEfGhIj' }, names: 'instance' },
  { method: 'GET', path: group, names: 'instance' },
  { method: 'PATCH', path: group, body: { subject: 'Team' }, names: 'instance' },
  {
    method: 'POST',
    path: `${group}/participants`,
    body: { change: 'add', participants: ['4915100000'] },
    names: 'instance',
  },
  { method: 'GET', path: `${group}/invite`, names: 'instance' },
  { method: 'DELETE', path: `${group}/invite`, names: 'instance' },
  { method: 'POST', path: `${group}/leave`, names: 'instance' },
  { method: 'GET', path: `${instance}/events`, names: 'instance' },
  { method: 'GET', path: `${instance}/events/stream`, names: 'instance' },
  { method: 'GET', path: '/api/v1/stream', names: 'nothing' },
  { method: 'POST', path: '/api/v1/subscriptions', body: { url: 'https://shop.example/hook' }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/subscriptions', names: 'nothing' },
  { method: 'GET', path: subscription, names: 'subscription' },
  { method: 'PATCH', path: subscription, body: { state: 'paused' }, names: 'subscription' },
  { method: 'POST', path: `${subscription}/rotate-secret`, body: {}, names: 'subscription' },
  { method: 'POST', path: `${subscription}/test`, names: 'subscription' },
  { method: 'GET', path: `${subscription}/deliveries`, names: 'subscription' },
  { method: 'POST', path: `${subscription}/replay`, body: { deadLetters: true }, names: 'subscription' },
  { method: 'DELETE', path: subscription, names: 'subscription' },
  { method: 'POST', path: '/api/v1/message-links', body: { phone: '4915100000', text: 'hi' }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/message-links', names: 'nothing' },
  { method: 'GET', path: '/api/v1/message-links/images.zip', names: 'nothing' },
  { method: 'GET', path: messageLink, names: 'message-link' },
  { method: 'PATCH', path: messageLink, body: { enabled: false }, names: 'message-link' },
  { method: 'GET', path: `${messageLink}/statistics`, names: 'message-link' },
  { method: 'GET', path: `${messageLink}/image.png`, names: 'message-link' },
  { method: 'GET', path: `${messageLink}/image.svg`, names: 'message-link' },
  { method: 'GET', path: `${messageLink}/image.pdf`, names: 'message-link' },
  { method: 'DELETE', path: messageLink, names: 'message-link' },
  { method: 'GET', path: '/api/v1/media-retention', names: 'nothing' },
  { method: 'PATCH', path: '/api/v1/media-retention', body: { received: 7 }, names: 'nothing' },
  { method: 'GET', path: '/api/v1/message-link-settings', names: 'nothing' },
  { method: 'PATCH', path: '/api/v1/message-link-settings', body: { reference: 'code' }, names: 'nothing' },
  { method: 'POST', path: '/api/v1/message-link-imports', body: 'phone,text', names: 'nothing' },
  { method: 'GET', path: '/api/v1/message-link-imports/{id}', names: 'link-import' },
  { method: 'GET', path: '/api/v1/meta-numbers', names: 'nothing' },
  { method: 'POST', path: '/api/v1/meta-numbers', body: metaNumber, names: 'nothing' },
  { method: 'DELETE', path: '/api/v1/meta-numbers/{phone}', names: 'meta-number' },
  { method: 'POST', path: '/api/v1/sandbox/phones', body: {}, names: 'nothing' },
  { method: 'GET', path: '/api/v1/sandbox/phones', names: 'nothing' },
  { method: 'GET', path: phone, names: 'phone' },
  { method: 'DELETE', path: phone, names: 'phone' },
  { method: 'POST', path: `${phone}/scan`, body: { qr: '2@x' }, names: 'phone' },
  { method: 'POST', path: `${phone}/enter-code`, body: { code: 'ABCDEFGH' }, names: 'phone' },
  { method: 'POST', path: `${phone}/messages`, body: { to: '4915100000', text: 'hi' }, names: 'phone' },
  { method: 'GET', path: `${phone}/messages`, names: 'phone' },
  { method: 'POST', path: `${phone}/read`, body: {}, names: 'phone' },
  { method: 'GET', path: `${phone}/messages/{messageId}/file`, names: 'phone' },
  { method: 'POST', path: `${phone}/acts`, body: { kind: 'delete', target: 'AB' }, names: 'phone' },
  { method: 'POST', path: `${phone}/status`, body: { text: 'hi', audience: ['4915100000'] }, names: 'phone' },
  { method: 'POST', path: `${phone}/play`, body: { ids: ['AB'] }, names: 'phone' },
  { method: 'POST', path: `${phone}/presence`, body: { to: '4915100000', presence: 'paused' }, names: 'phone' },
  { method: 'POST', path: `${phone}/availability`, body: { available: true }, names: 'phone' },
  { method: 'GET', path: `${phone}/groups`, names: 'phone' },
  { method: 'POST', path: `${phone}/groups`, body: { subject: 'Team', participants: [] }, names: 'phone' },
  { method: 'POST', path: `${phone}/groups/join`, body: { code: 'AbC' }, names: 'phone' },
  { method: 'PATCH', path: `${phone}/groups/{group}`, body: { subject: 'Team' }, names: 'phone' },
  {
    method: 'POST',
    path: `${phone}/groups/{group}/participants`,
    body: { change: 'add', participants: ['4915100000'] },
    names: 'phone',
  },
  { method: 'GET', path: `${phone}/groups/{group}/invite`, names: 'phone' },
  { method: 'POST', path: `${phone}/groups/{group}/leave`, names: 'phone' },
  { method: 'POST', path: `${phone}/unlink`, body: {}, names: 'phone' },
  { method: 'POST', path: `${phone}/offline`, names: 'phone' },
  { method: 'POST', path: `${phone}/online`, names: 'phone' },
]

export interface RouteValues {
  readonly id?: string
  readonly messageId?: string
  readonly mediaId?: string
  readonly number?: string
  readonly phone?: string
}

export function fillPath(path: string, values: RouteValues): string {
  return path
    .replace('{id}', values.id ?? '')
    .replace('{messageId}', values.messageId ?? '')
    .replace('{mediaId}', values.mediaId ?? '')
    .replace(/\{(?:chat|contact|of)\}/, '4915112345678')
    .replace('{group}', '12345678901@g.us')
    .replace('{number}', values.number ?? '')
    .replace('{phone}', values.phone ?? '')
}
