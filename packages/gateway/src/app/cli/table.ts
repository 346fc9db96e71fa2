/** Columns as wide as their widest cell, two spaces apart. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows].map((cells) => cells.map(printable))
  const widths = header.map((_title, column) => Math.max(...lines.map((cells) => width(cells[column] ?? ''))))
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => padded(cell, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Names come from whoever made them, and a terminal obeys control characters. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, '·')
}

function padded(text: string, to: number): string {
  return text + ' '.repeat(to - width(text))
}

function width(text: string): number {
  return Array.from(text).length
}
