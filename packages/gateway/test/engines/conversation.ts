import type { Simulator, VirtualPhone } from '@gangway/simulator'
import { LinkedAccount } from './linked-account.js'

export interface Conversation {
  readonly writer: LinkedAccount
  readonly writerPhone: VirtualPhone
  readonly reader: LinkedAccount
  readonly readerPhone: VirtualPhone
}

/** Two accounts, both linked through the engine. */
export async function conversation(whatsapp: Simulator): Promise<Conversation> {
  const [writerPhone, readerPhone] = [await whatsapp.registerPhone(), await whatsapp.registerPhone()]
  const writer = await LinkedAccount.of(whatsapp, writerPhone)
  return { writer, writerPhone, reader: await LinkedAccount.of(whatsapp, readerPhone), readerPhone }
}

let ids = 0
/** Of a message that has not been sent before. */
export const nextId = (): string => `3EB0TEST${(ids++).toString().padStart(4, '0')}`
