/** The data of each Server-Sent Event, as the gateway writes them: one line of JSON. */
export async function* readServerSentEvents(response: Response): AsyncGenerator {
  if (response.body === null) return
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length))
  }
}
