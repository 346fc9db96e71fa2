import type { InstanceOptions } from '../../core/instances/options.js'
import { initialSettings, type SettingName, type Settings } from './settings.js'

/** An option of the core, which other APIs may change as well, and the settings that say the same here. */
interface Shared {
  readonly names: readonly SettingName[]
  readonly option: (settings: Settings) => Partial<InstanceOptions>
  /** What is to be shown in place of what was said, where the core has something else by now. */
  readonly corrections: (said: Settings, options: InstanceOptions) => Partial<Settings>
}

function share<Option extends keyof InstanceOptions>(
  name: Option,
  names: readonly SettingName[],
  read: (settings: Settings) => InstanceOptions[Option],
  show: (value: InstanceOptions[Option]) => Partial<Settings>,
): Shared {
  return {
    names,
    option: (settings) => ({ [name]: read(settings) }),
    corrections: (said, options) => (read(said) === options[name] ? {} : show(options[name])),
  }
}

const yesOrNo = (on: boolean): 'yes' | 'no' => (on ? 'yes' : 'no')
const leastDelay = initialSettings.delaySendMessagesMilliseconds
/** What one step of the vendor's scale from 0 to 10 is taken for, in ms. */
const typingStep = 1000

const shared: readonly Shared[] = [
  share(
    'sendGap',
    ['delaySendMessagesMilliseconds'],
    (settings) => settings.delaySendMessagesMilliseconds,
    // A shorter one has no name here.
    (gap) => ({ delaySendMessagesMilliseconds: Math.max(gap, leastDelay) }),
  ),
  share(
    'typing',
    ['autoTyping'],
    (settings) => settings.autoTyping * typingStep,
    (ms) => ({ autoTyping: Math.min(Math.round(ms / typingStep), 10) }),
  ),
  share(
    'markRead',
    ['markIncomingMessagesReaded', 'markIncomingMessagesReadedOnReply'],
    ({ markIncomingMessagesReaded, markIncomingMessagesReadedOnReply }) => {
      if (markIncomingMessagesReadedOnReply === 'yes') return 'on-reply'
      return markIncomingMessagesReaded === 'yes' ? 'on-arrival' : 'never'
    },
    (when) => ({
      markIncomingMessagesReaded: yesOrNo(when === 'on-arrival'),
      markIncomingMessagesReadedOnReply: yesOrNo(when === 'on-reply'),
    }),
  ),
  share(
    'showOnline',
    ['keepOnlineStatus'],
    (settings) => settings.keepOnlineStatus === 'yes',
    (on) => ({ keepOnlineStatus: yesOrNo(on) }),
  ),
  share(
    'linkPreview',
    ['linkPreview'],
    (settings) => settings.linkPreview,
    (on) => ({ linkPreview: on }),
  ),
]

/** Settings as they were said here, except where the core has something else by now. */
export function shownSettings(kept: Partial<Settings>, options: InstanceOptions): Settings {
  const said: Settings = { ...initialSettings, ...kept }
  return shared.reduce((shown, { corrections }) => ({ ...shown, ...corrections(said, options) }), said)
}

/** What the core has to be told of a change of these settings. `after`: all of them, as they are then. */
export function changedOptions(changes: Partial<Settings>, after: Settings): Partial<InstanceOptions> {
  const touched = shared.filter(({ names }) => names.some((name) => changes[name] !== undefined))
  return touched.reduce((changed, { option }) => ({ ...changed, ...option(after) }), {})
}
