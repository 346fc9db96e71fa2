import type { MediaId } from '#gateway/core/ids.js'
import type { MediaFile } from '#gateway/core/media/media-file.js'
import type { MessageAct } from '#gateway/core/messages/act.js'
import type { Content } from '#gateway/core/messages/content.js'

export const received: MediaFile = {
  id: 'f'.repeat(43) as MediaId,
  name: 'menu.pdf',
  mimetype: 'application/pdf',
  size: 3,
  sha256: 'ab'.repeat(32),
  handle: 'the key of the file',
}

const file = { file: received, caption: 'Look', width: 4, height: 3, thumbnail: 'AA==' } as const
const quoted = {
  id: 'AA',
  sender: '1@s.whatsapp.net',
  content: {
    kind: 'document',
    file: received,
    quoted: { id: 'A0', sender: null, content: { kind: 'image', file: received } },
  },
} as const

/** Every kind with every field that it can have: one that is added does not compile until it is here. */
export const everyContent: { readonly [Kind in Content['kind']]: Extract<Content, { kind: Kind }> | FileOf<Kind> } = {
  text: {
    kind: 'text',
    text: 'see https://shop.example',
    preview: { url: 'https://shop.example', title: 'Shop', description: null, thumbnail: 'AA==', large: true },
    style: { background: '#112233', font: 1 },
    quoted,
    mentions: ['2@s.whatsapp.net'],
    forwarded: { score: 5 },
    expiresIn: 86_400,
  },
  image: { kind: 'image', ...file, viewOnce: true },
  video: { kind: 'video', ...file, animated: true, seconds: 7, quoted },
  'video-note': { kind: 'video-note', ...file },
  voice: { kind: 'voice', file: received, seconds: 2, waveform: 'AAEC', background: '#112233' },
  audio: { kind: 'audio', file: received },
  document: { kind: 'document', ...file, pages: 2 },
  sticker: { kind: 'sticker', file: received, animated: true },
  location: {
    kind: 'location',
    latitude: 1.5,
    longitude: -2.5,
    name: 'Shop',
    address: 'Street 1',
    url: 'https://shop.example',
    thumbnail: 'AA==',
  },
  'live-location': {
    kind: 'live-location',
    latitude: 1,
    longitude: 2,
    accuracy: 3,
    speed: 0.5,
    heading: 90,
    caption: 'On my way',
    sequence: 4,
  },
  contacts: { kind: 'contacts', contacts: [{ name: 'Ana', vcard: 'BEGIN:VCARD\nEND:VCARD' }] },
  poll: { kind: 'poll', question: 'When?', options: ['now', 'later'], multiple: true },
  'group-invite': {
    kind: 'group-invite',
    group: '123@g.us',
    code: 'AbC',
    expiresAt: '2026-01-05T00:00:00.000Z',
    name: 'Team',
    caption: 'Come',
    thumbnail: 'AA==',
  },
  buttons: {
    kind: 'buttons',
    style: 'template',
    header: 'Hi',
    text: 'Choose',
    footer: 'or not',
    buttons: [
      { kind: 'reply', id: '1', text: 'Yes' },
      { kind: 'url', text: 'Shop', url: 'https://shop.example' },
      { kind: 'call', id: '3', text: 'Call', phone: '4915112345678' },
      { kind: 'copy', text: 'Code', code: 'X1' },
    ],
  },
  'button-reply': { kind: 'button-reply', style: 'plain', id: '1', text: 'Yes', index: 0 },
  list: {
    kind: 'list',
    title: 'Menu',
    text: 'Choose',
    footer: 'all fresh',
    button: 'Open',
    sections: [{ title: 'Drinks', rows: [{ id: 'tea', title: 'Tea', description: 'hot' }] }],
  },
  'list-reply': { kind: 'list-reply', id: 'tea', title: 'Tea', description: 'hot' },
  unsupported: { kind: 'unsupported', type: 'orderMessage' },
}

type FileOf<Kind> = Kind extends Extract<Content, { file: MediaFile }>['kind']
  ? Extract<Content, { file: MediaFile }>
  : never

const target = { id: 'AA', sender: '1@s.whatsapp.net' }

export const everyAct: { readonly [Kind in MessageAct['kind']]: Extract<MessageAct, { kind: Kind }> } = {
  reaction: { kind: 'reaction', target, emoji: null },
  edit: { kind: 'edit', target, content: { kind: 'text', text: 'better', quoted } },
  delete: { kind: 'delete', target: { id: 'AA', sender: null } },
  'poll-vote': { kind: 'poll-vote', target, options: ['now'] },
  pin: { kind: 'pin', target, seconds: 86_400 },
  disappearing: { kind: 'disappearing', seconds: 0 },
}

export const contentKinds = [...Object.keys(everyContent), ...Object.keys(everyAct)]
