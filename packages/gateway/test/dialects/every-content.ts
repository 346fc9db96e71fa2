import type { MediaId } from '#gateway/core/ids.js'
import type { MediaFile } from '#gateway/core/media/media-file.js'
import type { Content, ContentContext, ContentKind, FileContent, FileKind } from '#gateway/core/messages/content.js'

type ContentOf<Kind extends ContentKind> = Kind extends FileKind
  ? FileContent & { readonly kind: Kind }
  : Extract<Content, { readonly kind: Kind }>

/** The small picture that every kind has that can have one. */
export const thumbnail = '/9j/4AAQ'
export const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Ben\nTEL;waid=79001234569:+79001234569\nEND:VCARD'

export function fileOf(mimetype: string, name: string | null = null): MediaFile {
  return { id: 'f'.repeat(43) as MediaId, name, mimetype, size: 1024, sha256: 'ab'.repeat(32), handle: 'a key' }
}

/** One message of every kind: a kind that is missing does not compile. */
export const everyContent: { readonly [Kind in ContentKind]: ContentOf<Kind> } = {
  text: { kind: 'text', text: 'Hello' },
  image: { kind: 'image', file: fileOf('image/jpeg'), caption: 'Look', width: 640, height: 480, thumbnail },
  video: { kind: 'video', file: fileOf('video/mp4'), caption: 'Watch', seconds: 7, thumbnail },
  'video-note': { kind: 'video-note', file: fileOf('video/mp4'), seconds: 7, thumbnail },
  voice: { kind: 'voice', file: fileOf('audio/ogg; codecs=opus'), seconds: 3, waveform: 'AAAA' },
  audio: { kind: 'audio', file: fileOf('audio/mpeg', 'song.mp3'), seconds: 180 },
  document: { kind: 'document', file: fileOf('application/pdf', 'offer.pdf'), caption: 'Read', pages: 2, thumbnail },
  sticker: { kind: 'sticker', file: fileOf('image/webp'), animated: true },
  location: { kind: 'location', latitude: 44.94, longitude: 89.87, name: 'Restaurant', address: 'Ulitsa 1', thumbnail },
  'live-location': { kind: 'live-location', latitude: 44.94, longitude: 89.87, caption: 'On my way', sequence: 3 },
  contacts: { kind: 'contacts', contacts: [{ name: 'Ben', vcard }] },
  poll: { kind: 'poll', question: 'Which?', options: ['one', 'two'], multiple: true },
  'group-invite': {
    kind: 'group-invite',
    group: '120363012345678901@g.us',
    code: 'ceUpGy2XACDmR4HQ',
    expiresAt: '2026-01-05T03:00:00.000Z',
    name: 'Friends',
    caption: 'Come in',
    thumbnail,
  },
  buttons: {
    kind: 'buttons',
    style: 'plain',
    text: 'How are you?',
    footer: 'Choose',
    buttons: [
      { kind: 'reply', id: 'a', text: 'Great' },
      { kind: 'reply', id: 'b', text: 'Not bad' },
    ],
  },
  'button-reply': {
    kind: 'button-reply',
    style: 'plain',
    id: 'a',
    text: 'Great',
    quoted: { id: '3EB0C767D097B7C7C030AA', sender: '79001234567@s.whatsapp.net', content: null },
  },
  list: {
    kind: 'list',
    title: 'Menu',
    text: 'What may it be?',
    footer: 'All fresh',
    button: 'Open',
    sections: [
      {
        title: 'Drinks',
        rows: [
          { id: 'tea', title: 'Tea', description: 'Hot' },
          { id: 'milk', title: 'Milk' },
        ],
      },
    ],
  },
  'list-reply': {
    kind: 'list-reply',
    id: 'tea',
    title: 'Tea',
    quoted: { id: '3EB0C767D097B7C7C030AA', sender: '79001234567@s.whatsapp.net', content: null },
  },
  unsupported: { kind: 'unsupported', type: 'productMessage' },
}

export const everyContentKind = Object.keys(everyContent) as ContentKind[]

/** The same message as an answer to another one. */
export function answering<Said extends Content>(said: Said, content: Content | null): Said & ContentContext {
  return { ...said, quoted: { id: '3EB0608D6A2901063D63', sender: '79001234567@s.whatsapp.net', content } }
}
