export type { components, operations, paths } from './api.js'
export * from './client.js'
export { ApiError, type ErrorCode, type Problem, UnexpectedAnswerError } from './errors.js'
export type { ClientOptions } from './transport.js'
