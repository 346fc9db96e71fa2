import { Parser } from 'htmlparser2'

/** What a page says of itself for those who show a link to it. */
export interface PageFacts {
  readonly title: string | null
  readonly description: string | null
  /** As it stands in the page. */
  readonly image: string | null
}

const longestTitle = 300
const longestDescription = 1_000
const longestAddress = 2_000

/** Best first: Open Graph (https://ogp.me), then what is older. */
const names = {
  title: ['og:title', 'twitter:title'],
  description: ['og:description', 'twitter:description', 'description'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image'],
} as const

/** Reads the head of a page as it comes. Nothing of it is run, and what follows the head is not looked at. */
export class PageReader {
  readonly #metas = new Map<string, string>()
  readonly #parser: Parser
  #title = ''
  #inTitle = false
  #isDone = false

  constructor() {
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => {
          if (name === 'body') this.#isDone = true
          if (this.#isDone) return
          this.#inTitle = name === 'title' && this.#title === ''
          if (name === 'meta') this.#noteMeta(attributes)
        },
        ontext: (text) => {
          if (this.#inTitle && this.#title.length < longestTitle) this.#title += text
        },
        onclosetag: (name) => {
          this.#inTitle = false
          if (name === 'head') this.#isDone = true
        },
      },
      { decodeEntities: true },
    )
  }

  /** True once there is nothing more to learn. */
  read(text: string): boolean {
    if (!this.#isDone) this.#parser.write(text)
    return this.#isDone
  }

  facts(): PageFacts {
    return {
      title: this.#first(names.title, longestTitle) ?? shortened(this.#title, longestTitle),
      description: this.#first(names.description, longestDescription),
      image: this.#first(names.image, longestAddress),
    }
  }

  #noteMeta({ property, name, content = '' }: Record<string, string>): void {
    const key = (property ?? name ?? '').toLowerCase()
    const isWanted = Object.values(names).some((wanted: readonly string[]) => wanted.includes(key))
    if (isWanted && content.trim() !== '' && !this.#metas.has(key)) this.#metas.set(key, content)
  }

  #first(keys: readonly string[], longest: number): string | null {
    const found = keys.map((key) => this.#metas.get(key)).find((value) => value !== undefined)
    return found === undefined ? null : shortened(found, longest)
  }
}

function shortened(text: string, longest: number): string | null {
  const plain = text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain === '') return null
  // Half a letter at the end would be none.
  return plain.slice(0, longest).replace(/[\ud800-\udbff]$/, '')
}
