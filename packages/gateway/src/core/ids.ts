declare const brand: unique symbol
type Branded<Name extends string, Base = string> = Base & { readonly [brand]: Name }

export type WorkspaceId = Branded<'WorkspaceId'>
export type InstanceId = Branded<'InstanceId'>
export type ApiKeyId = Branded<'ApiKeyId'>
export type AccessKeyId = Branded<'AccessKeyId'>
export type AttemptId = Branded<'AttemptId'>
export type LinkPageId = Branded<'LinkPageId'>
export type EventId = Branded<'EventId'>
export type SubscriptionId = Branded<'SubscriptionId'>
export type MessageLinkId = Branded<'MessageLinkId'>
export type LinkImportId = Branded<'LinkImportId'>
/** What stands in the address of a message link: 13 letters and digits of base 32, and a 1, as Meta's. */
export type LinkCode = Branded<'LinkCode'>
/** WhatsApp's own id of a message: upper-case hexadecimal in most clients, unique within one chat. */
export type MessageId = Branded<'MessageId'>
/** A JID that a message can be sent to: `<digits>@s.whatsapp.net`, `<digits>@lid`, `<id>@g.us` or `status@broadcast`. */
export type ChatId = Branded<'ChatId'>
/** An international phone number: 7 to 15 digits, nothing else (E.164 without the plus). */
export type PhoneNumber = Branded<'PhoneNumber'>
/** Names a file that the gateway keeps, and is the only thing needed to read it: 256 random bits, base64url. */
export type MediaId = Branded<'MediaId'>
