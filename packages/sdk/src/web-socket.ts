/** As much of a browser's WebSocket as is needed here. */
export interface WebSocketLike {
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  send(text: string): void
  close(): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

/** That of the platform. Node has one from version 22 on; before that, the package `ws` has one to be passed in. */
export function platformWebSocket(): WebSocketConstructor {
  const found = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  if (found) return found
  throw new Error(
    'There is no WebSocket here: pass one as `WebSocket` to createClient, such as that of the package ws.',
  )
}

/** An API key as a subprotocol: characters that a token of HTTP may not have are percent-encoded (RFC 9110, 5.6.2). */
export function bearerProtocol(key: string): string {
  const escaped = encodeURIComponent(key).replace(/[()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  return `bearer.${escaped}`
}
