import type { ContactNames } from '../../core/gateway.js'
import { readPerson } from './addressees.js'
import { type Fields, fieldsOf, flagIfGiven, text, textIfGiven } from './fields.js'
import type { Method, Room } from './room.js'

const longestName = 100

/** The address book of the account. */
export function contactMethods({ gateway: { contacts } }: Room): readonly Method[] {
  return [
    saves('addContact'),
    saves('editContact'),
    {
      name: 'deleteContact',
      verb: 'POST',
      perSecond: 1,
      async answer({ caller, instance, body }) {
        await contacts.remove(caller, instance, readPerson(fieldsOf(body), 'chatId'))
        return { deleteContact: true }
      },
    },
  ]

  /** To WhatsApp the two are one: whoever is there is replaced. */
  function saves(name: 'addContact' | 'editContact'): Method {
    return {
      name,
      verb: 'POST',
      perSecond: 1,
      async answer({ caller, instance, body }) {
        const fields = fieldsOf(body)
        await contacts.save(caller, instance, readPerson(fields, 'chatId'), readNames(fields))
        return { [name]: true }
      },
    }
  }
}

function readNames(fields: Fields): ContactNames {
  const lastName = textIfGiven(fields, 'lastName', longestName)
  const onPhone = flagIfGiven(fields, 'saveInAddressbook')
  return {
    firstName: text(fields, 'firstName', longestName),
    ...(lastName !== undefined && { lastName }),
    ...(onPhone !== undefined && { onPhone }),
  }
}
