import type { Link } from '@gangway/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { LinkScreen, type Terminal } from '#gateway/app/cli/link/link-screen.js'
import { readDrawnQr } from './drawn-qr.js'
import { TinyTerminal } from './tiny-terminal.js'

const about = {
  instance: '33935516-a044-4499-b065-9d088a7d1d4e',
  attempt: 'a',
  method: 'qr',
  startedAt: '2026-01-01T00:00:00.000Z',
} as const
const expiresAt = '2026-01-01T00:00:20.000Z'
const scan = (qr: string): Link => ({ ...about, step: 'scan', qr, png: '', svg: '', expiresAt })

function screenOn(terminal: Terminal, number?: string): LinkScreen {
  const screen = new LinkScreen(terminal, number)
  onTestFinished(() => {
    screen.clear()
  })
  return screen
}

const drawn = (lines: readonly string[]): string[] => lines.filter((line) => /[▀▄█]{4}/u.test(line))

test('each QR takes the place of the one before', () => {
  const terminal = new TinyTerminal()
  terminal.write('$ gangway link shop\n')
  const screen = screenOn(terminal)
  screen.show({ ...about, step: 'opening' })
  screen.show(scan('2@first'))
  const height = terminal.screen.length
  expect(readDrawnQr(drawn(terminal.screen))).toBe('2@first')
  screen.show(scan('2@other'))
  expect(readDrawnQr(drawn(terminal.screen))).toBe('2@other')
  expect(terminal.screen).toHaveLength(height)
  expect(terminal.screen[0]).toBe('$ gangway link shop')
  screen.show({ ...about, step: 'linked', phone: '6281234567890' })
  expect(terminal.screen).toEqual(['$ gangway link shop', ''])
})

test('the seconds count down in place, to nothing and not below', () => {
  const terminal = new TinyTerminal()
  const screen = screenOn(terminal)
  screen.show(scan('2@first'))
  const height = terminal.screen.length
  screen.tick(Date.parse(expiresAt) - 18_500)
  expect(terminal.screen.at(-1)).toBe('The next code follows in 19 s. Ctrl-C cancels.')
  screen.tick(Date.parse(expiresAt) + 60_000)
  expect(terminal.screen.at(-1)).toBe('The next code follows in 0 s. Ctrl-C cancels.')
  expect(terminal.screen).toHaveLength(height)
  expect(readDrawnQr(drawn(terminal.screen))).toBe('2@first')
})

test('a terminal too narrow for the QR says how wide it has to be', () => {
  const terminal = new TinyTerminal(28)
  const screen = new LinkScreen({ columns: 20, write: (text) => written.push(text) })
  const written: string[] = []
  screen.show(scan('2@first'))
  expect(written.join('')).toContain('(The QR needs 29 columns and here are 20: widen the terminal.)')
  expect(drawn(written.join('').split('\n'))).toEqual([])
  expect(terminal.screen).toEqual([''])
})

test('into a pipe each QR is printed once, and nothing is taken back', () => {
  const written: string[] = []
  const screen = screenOn({ write: (text) => written.push(text) })
  screen.show(scan('2@first'))
  screen.tick(Date.parse(expiresAt))
  screen.show(scan('2@other'))
  const text = written.join('')
  expect(text).not.toContain('\x1b')
  expect(text.match(/Scan this with the phone/g)).toHaveLength(2)
  const [, first = '', other = ''] = text.split('Scan this with the phone')
  expect([first, other].map((part) => readDrawnQr(drawn(part.split('\n'))))).toEqual(['2@first', '2@other'])
})

test('a pairing code stands in two halves, with the phone that types it', () => {
  const terminal = new TinyTerminal()
  screenOn(terminal, '+62 812').show({ ...about, method: 'code', step: 'type-code', code: 'ABCD1234', expiresAt })
  expect(terminal.screen).toContain('    ABCD-1234')
  expect(terminal.screen[0]).toBe('Type this code on the phone +62 812:')
})
