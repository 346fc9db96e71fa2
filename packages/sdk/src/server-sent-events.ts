import { EventsExpiredError, type ExpiredEvents } from './errors.js'

/**
 * The data of each Server-Sent Event, as the gateway writes them: one line of JSON after the name, if there is one.
 * Rejects with `EventsExpiredError` where the gateway says that events are missing.
 */
export async function* readServerSentEvents(response: Response): AsyncGenerator {
  if (response.body === null) return
  let rest = ''
  let name = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') name = ''
      else if (line.startsWith('event: ')) name = line.slice('event: '.length)
      else if (line.startsWith('data: ')) {
        const data: unknown = JSON.parse(line.slice('data: '.length))
        if (name === 'expired') throw new EventsExpiredError(data as ExpiredEvents)
        yield data
      }
    }
  }
}
