/** Why a connection to WhatsApp ended, in the core's words; an engine translates its own codes into these. */
export type CloseReason =
  /** Stream error 515: normal after pairing. */
  | { readonly kind: 'restart-required' }
  /** The device was removed, by the phone or because WhatsApp no longer knows it (401, device_removed). */
  | { readonly kind: 'logged-out' }
  /** 403, 406: the account is locked or banned. */
  | { readonly kind: 'banned' }
  /** 402: a ban with an end. */
  | { readonly kind: 'temporarily-banned'; readonly until: Date | null }
  /** 405, 409: WhatsApp no longer talks to this version of the client. */
  | { readonly kind: 'client-outdated' }
  /** 411 */
  | { readonly kind: 'multi-device-mismatch' }
  /** 440: another connection took over these credentials. */
  | { readonly kind: 'replaced' }
  /** 408, 428: lost or closed. */
  | { readonly kind: 'connection-lost' }
  /** Nothing was heard for too long, keep-alive answers included. */
  | { readonly kind: 'unresponsive' }
  /** No connection could be made at all. `detail` names the cause (`ECONNREFUSED`, `ENOTFOUND`…), nothing secret. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The server could not prove that it is the one it should be (Noise certificate). */
  | { readonly kind: 'not-whatsapp' }
  /** 500, 501, 503 and every code nobody knows. Credentials are never touched on these. */
  | { readonly kind: 'server-trouble'; readonly code: number }
  /** All QRs of this connection were shown and none was scanned. */
  | { readonly kind: 'link-expired' }
  /** Stored credentials could not be read, or a write of them failed. */
  | { readonly kind: 'storage-error'; readonly detail: string }
  /** A change of credentials could not be committed because the disk is full; passes when there is space again. */
  | { readonly kind: 'storage-full' }
  /** This gateway closed it. */
  | { readonly kind: 'requested' }
export type CloseReasonKind = CloseReason['kind']
