// Posts texts to the gateway over connections that are kept, in a process of its own so that it can have a core of its own.
import { Agent, request } from 'undici'
import { answerQuestions } from './answering.mjs'

answerQuestions({ post })

/**
 * @param texts has an instance, a recipient and a text each
 * @returns the ids of all messages, once the last one is stored
 */
async function post({ port, key, texts, connections }) {
  const dispatcher = new Agent({ connections })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const left = texts.values()
  const ids = []
  const converse = async () => {
    for (const { id, to, text } of left) {
      const { statusCode, body } = await request(`http://127.0.0.1:${port}/api/v1/instances/${id}/messages`, {
        method: 'POST',
        dispatcher,
        headers,
        body: JSON.stringify({ to, text }),
      })
      const answer = await body.text()
      if (statusCode !== 201) throw new Error(`a text was answered with ${statusCode}: ${answer}`)
      ids.push(JSON.parse(answer).id)
    }
  }
  await Promise.all(Array.from({ length: connections }, converse))
  await dispatcher.destroy()
  return ids
}
