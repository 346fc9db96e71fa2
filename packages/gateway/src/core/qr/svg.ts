import type { LogoHole } from './logo-hole.js'
import type { Modules } from './qr-matrix.js'
import type { Colour } from './qr-style.js'

/** Without a fixed size: it fills the box that it is shown in. One path, a piece for each run of dark modules in a row. */
export function svgOf(rows: Modules, colours: { dark: Colour; light: Colour }, logo?: SvgLogo): string {
  const side = rows.length
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<path fill="${shortest(colours.light)}" d="M0 0h${side}v${side}H0z"/>` +
    `<path${colours.dark === '#000000' ? '' : ` fill="${shortest(colours.dark)}"`} d="${runsOf(rows).map(square).join('')}"/>` +
    `${logo ? image(side, logo) : ''}</svg>`
  )
}

export interface SvgLogo {
  readonly hole: LogoHole
  /** A PNG. */
  readonly png: Uint8Array
}

/** Dark modules that follow each other in a row. */
export interface Run {
  readonly x: number
  readonly y: number
  readonly length: number
}

export function runsOf(rows: Modules): Run[] {
  const runs: Run[] = []
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue
      const start = x
      while (row[x + 1] === true) x++
      runs.push({ x: start, y, length: x - start + 1 })
    }
  })
  return runs
}

const square = ({ x, y, length }: Run): string => `M${x} ${y}h${length}v1h-${length}z`

function image(side: number, { hole, png }: SvgLogo): string {
  const [at, across] = [(side - hole.modules) / 2 + 0.5, hole.modules - 1]
  return (
    `<image x="${at}" y="${at}" width="${across}" height="${across}" ` +
    `href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>`
  )
}

const shortest = (colour: Colour): string => colour.replace(/^#(.)\1(.)\2(.)\3$/, '#$1$2$3')
