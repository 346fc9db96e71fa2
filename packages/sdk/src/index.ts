export type { components, operations, paths } from './api.js'
export * from './client.js'
export {
  ApiError,
  type ErrorCode,
  EventsExpiredError,
  type ExpiredEvents,
  type Problem,
  UnexpectedAnswerError,
} from './errors.js'
export type { EventStream, StreamOptions } from './event-stream.js'
export type { ClientOptions } from './transport.js'
export type { WebSocketConstructor, WebSocketLike } from './web-socket.js'
