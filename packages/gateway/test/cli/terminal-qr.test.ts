import encodeQR from 'qr'
import { expect, test } from 'vitest'
import { terminalQr } from '#gateway/app/cli/link/terminal-qr.js'
import { readDrawnQr } from './drawn-qr.js'

const pairing = `2@${'aZ9+/'.repeat(20)},${'k'.repeat(43)}=,${'m'.repeat(43)}=,${'n'.repeat(43)}=`

test.each(['2@short', pairing])('what is drawn is read back', (text) => {
  expect(readDrawnQr(terminalQr(text, { colour: false }))).toBe(text)
})

test('every module is where the encoder put it, with four light ones around', () => {
  const lines = terminalQr(pairing, { colour: false })
  const matrix = encodeQR(pairing, 'raw', { ecc: 'low', border: 4 })
  const drawn = lines.flatMap((line) => [
    Array.from(line, (cell) => !'█▀'.includes(cell)),
    Array.from(line, (cell) => !'█▄'.includes(cell)),
  ])
  expect(drawn.slice(0, matrix.length)).toEqual(matrix)
  expect(matrix.slice(0, 4).flat()).not.toContain(true)
})

test('with colour, each line sets both its colours and takes them back', () => {
  const lines = terminalQr(pairing, { colour: true })
  // eslint-disable-next-line no-control-regex -- the escape is what is tested
  const coloured = /^\x1b\[38;5;231;48;5;16m([ ▀▄█]+)\x1b\[0m$/u
  expect(lines.map((line) => coloured.exec(line)?.[1])).toEqual(terminalQr(pairing, { colour: false }))
})

test('a pairing QR fits a terminal of eighty columns', () => {
  expect(Array.from(terminalQr(pairing, { colour: false })[0] ?? '').length).toBeLessThanOrEqual(80)
})
