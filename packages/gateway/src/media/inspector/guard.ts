import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'

export interface ProcessLimits {
  /** How long one task may take, in ms. */
  readonly time: number
  /** Memory of the whole process, in bytes. */
  readonly memory: number
}

const lookEvery = 50
const pageSize = 4096

/**
 * Calls `end` when what a process does takes too long or too much. Its size is what Linux says; elsewhere only time counts.
 * The returned function lets go of it.
 */
export function guard({ pid }: ChildProcess, { time, memory }: ProcessLimits, end: () => void): () => void {
  const deadline = setTimeout(end, time)
  const watch = setInterval(() => {
    void residentBytes(pid).then((bytes) => {
      if (bytes > memory) end()
    })
  }, lookEvery)
  return () => {
    clearTimeout(deadline)
    clearInterval(watch)
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html */
async function residentBytes(pid = 0): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
  return Number(text.split(' ')[1] ?? 0) * pageSize
}
