import decodeQR from 'qr/decode.js'

const scale = 4

/** What a phone in front of the terminal reads: ink is light, and everything else has the colour of the background. */
export function readDrawnQr(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => {
    const cells = Array.from(line)
    return [cells.map((cell) => '█▀'.includes(cell)), cells.map((cell) => '█▄'.includes(cell))]
  })
  const [width, height] = [(rows[0]?.length ?? 0) * scale, rows.length * scale]
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = rows[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true
      data.set([light ? 255 : 0, light ? 255 : 0, light ? 255 : 0, 255], (y * width + x) * 4)
    }
  }
  return decodeQR({ width, height, data })
}
