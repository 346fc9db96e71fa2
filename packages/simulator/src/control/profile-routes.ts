import { privacyNames, type PrivacyName } from '../accounts/privacy.js'
import type { VirtualGroup, VirtualPhone } from '../api.js'
import { SimulatorError } from '../errors.js'
import { Fields } from './fields.js'
import { done, type WithPhone } from './phone-handler.js'
import { privacyJson, profileJson } from './replies.js'
import { readNothing } from './requests.js'
import type { Handler, Routes } from './routing.js'

/** What others see of an account or a group, and who may. */
export function profileRoutes(withPhone: WithPhone): Routes {
  /** Something that is done to a phone and answers nothing. */
  const doing = <Input>(read: (body: unknown) => Input, act: (phone: VirtualPhone, input: Input) => Promise<void>) => ({
    POST: withPhone(async (phone, { body }) => {
      await act(phone, read(body))
      return done
    }),
  })
  const withGroup = (act: (group: VirtualGroup, body: unknown) => Promise<void>): Handler =>
    withPhone(async (phone, { params: [, id = ''], body }) => {
      const group = phone.group(id)
      if (group === undefined) throw new SimulatorError('group-not-found', `${phone.number} is not in a group ${id}.`)
      await act(group, body)
      return done
    })
  return {
    '/phones/:number/profile': {
      GET: withPhone((phone) => ({ status: 200, body: profileJson(phone) })),
    },
    '/phones/:number/profile/name': doing(readText('name'), (phone, name) => phone.rename(name)),
    '/phones/:number/profile/about': doing(readText('text'), (phone, text) => phone.profile.setAbout(text)),
    '/phones/:number/profile/picture': {
      ...doing(readImage, (phone, image) => phone.profile.setPicture(image)),
      DELETE: withPhone(async (phone) => {
        await phone.profile.removePicture()
        return done
      }),
    },
    '/phones/:number/groups/:id/picture': {
      POST: withGroup((group, body) => group.setPicture(readImage(body))),
      DELETE: withGroup((group) => group.removePicture()),
    },
    '/phones/:number/privacy': {
      GET: withPhone((phone) => ({ status: 200, body: privacyJson(phone.privacy) })),
      ...doing(readSetting, ({ privacy }, { name, value }) => privacy.set(name, value)),
    },
    '/phones/:number/privacy/reveal-number': doing(readNothing, ({ privacy }) => privacy.revealNumber()),
    '/phones/:number/privacy/default-expiration': doing(readSeconds, ({ privacy }, seconds) =>
      privacy.setDefaultExpiration(seconds),
    ),
    '/phones/:number/block': doing(readText('who'), ({ privacy }, who) => privacy.block(who)),
    '/phones/:number/unblock': doing(readText('who'), ({ privacy }, who) => privacy.unblock(who)),
  }
}

function readText(name: string): (body: unknown) => string {
  return (body) => Fields.all(body, (fields) => fields.text(name))
}

/** Base64, with or without the beginning of a data URI. */
function readImage(body: unknown): Buffer {
  const text = Fields.all(body, (fields) => fields.text('image'))
  return Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64')
}

function readSetting(body: unknown): { name: PrivacyName; value: string } {
  return Fields.all(body, (fields) => ({ name: fields.choice('name', privacyNames), value: fields.text('value') }))
}

function readSeconds(body: unknown): number {
  return Fields.all(body, (fields) => fields.integer('seconds', 0, 365 * 24 * 60 * 60))
}
