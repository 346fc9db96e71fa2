import type { Client, Instance } from '@gangway/sdk'
import { allInstances } from '../instances.js'
import type { LinkWish } from './link-wish.js'

/** The instance that is meant: made when a name is new, and refused when it is on the other network. */
export async function findOrCreate(client: Client, wish: LinkWish): Promise<{ instance: Instance; isNew: boolean }> {
  const found = named(wish.instance, await allInstances(client))
  if (found !== undefined) {
    if (wish.sandbox && found.network !== 'sandbox') {
      throw new Error(`'${wish.instance}' is on WhatsApp itself, not in the sandbox: choose another name.`)
    }
    const expects =
      wish.expected === undefined ? found : await client.instances.edit(found.id, { phone: wish.expected })
    return { instance: expects, isNew: false }
  }
  if (/^(\d+|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i.test(wish.instance)) {
    throw new Error(`There is no instance ${wish.instance}; a new one is made when it is given a name.`)
  }
  const made = await client.instances.create({
    name: wish.instance,
    network: wish.sandbox ? 'sandbox' : 'whatsapp',
    ...(wish.expected === undefined ? {} : { phone: wish.expected }),
  })
  return { instance: made, isNew: true }
}

/** Ids and serials are unique and go first; a name may be shared, and then says too little. */
export function named(word: string, instances: readonly Instance[]): Instance | undefined {
  const exact = instances.find(({ id, serial }) => id === word.toLowerCase() || String(serial) === word)
  if (exact) return exact
  const [first, ...others] = instances.filter(({ name }) => name === word)
  if (first === undefined || others.length === 0) return first
  const serials = [first, ...others].map(({ serial }) => serial).join(', ')
  throw new Error(`More than one instance is called '${word}': say which by its serial (${serials}).`)
}
