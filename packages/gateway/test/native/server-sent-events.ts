export interface ServerSentEvent {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

/** Reads a stream as a browser does; ends when the server ends it. Comments come as events called `comment`. */
export async function* serverSentEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  if (response.body === null) return
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) yield read(block)
  }
}

function read(block: string): ServerSentEvent {
  if (block.startsWith(':')) return { id: '', event: 'comment', data: null }
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  return {
    id: field('id') ?? '',
    event: field('event') ?? 'message',
    data: JSON.parse(field('data') ?? 'null') as unknown,
  }
}
