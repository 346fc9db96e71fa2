/** Where notes for the person on call go. Fields are ids and codes: never a phone number, QR, key, token or text (promise 7). */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
