import { identify } from './identify.js'
import type { Answer, Task } from './task.js'

/** The process itself. What decodes pictures is large, and loaded only when there is one. */
async function work(task: Task): Promise<unknown> {
  switch (task.do) {
    case 'identify':
      return identify(task.path, task)
    case 'describe':
      return (await import('./describe.js')).describe(task.path, task.mimetype, task.kind)
    case 'avatar':
      return (await import('./picture.js')).avatar(task.path)
    case 'convert': {
      const { jpeg, sticker } = await import('./picture.js')
      return (task.to === 'sticker' ? sticker : jpeg)(task.path)
    }
  }
}

const answer = (message: Answer): void => {
  process.send?.(message)
}

process.on('message', (task: Task) => {
  work(task).then(
    (value) => {
      answer({ ok: true, value })
    },
    () => {
      answer({ ok: false })
    },
  )
})
process.on('disconnect', () => {
  process.exit()
})
