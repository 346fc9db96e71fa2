import type { ListSection, MenuContent, MenuOption, NativeFlowButton, TemplateButton } from '../api.js'
import type { Fields } from './fields.js'
import { given } from './given.js'
import { Problem } from './problems.js'

/** What can be chosen from. */
export const menuReaders: Readonly<Record<MenuContent['kind'], (fields: Fields) => MenuContent>> = {
  list: (fields) => ({
    kind: 'list',
    ...given(fields, 'title', 'footer'),
    text: fields.text('text'),
    button: fields.text('button'),
    sections: fields.objects('sections', readSection),
  }),
  buttons: (fields) => ({
    kind: 'buttons',
    text: fields.text('text'),
    ...given(fields, 'footer'),
    buttons: fields.objects('buttons', readOption),
  }),
  template: (fields) => ({
    kind: 'template',
    text: fields.text('text'),
    ...given(fields, 'footer'),
    buttons: fields.objects('buttons', readTemplateButton),
  }),
  interactive: (fields) => ({
    kind: 'interactive',
    ...given(fields, 'title', 'footer'),
    text: fields.text('text'),
    buttons: fields.objects('buttons', readNativeFlowButton),
  }),
}

function readSection(fields: Fields): ListSection {
  return {
    title: fields.anyText('title'),
    rows: fields.objects('rows', (row) => ({ ...readOption(row), ...given(row, 'description') })),
  }
}

function readOption(fields: Fields): MenuOption {
  return { id: fields.text('id'), text: fields.text('text') }
}

function readTemplateButton(fields: Fields): TemplateButton {
  const text = fields.text('text')
  const { id, url, call } = given(fields, 'id', 'url', 'call')
  if ([id, url, call].filter((one) => one !== undefined).length !== 1) {
    throw new Problem('bad-request', "A button has one of 'id', 'url' and 'call'.")
  }
  if (id !== undefined) return { text, id }
  return url === undefined ? { text, call: call ?? '' } : { text, url }
}

function readNativeFlowButton(fields: Fields): NativeFlowButton {
  const params = fields.any('params')
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) {
    return { name: fields.text('name'), params: params as NativeFlowButton['params'] }
  }
  throw new Problem('bad-request', "'params' must be an object.")
}
