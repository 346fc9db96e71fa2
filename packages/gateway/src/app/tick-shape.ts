import { executionAsyncResource } from 'node:async_hooks'

/** Of this thread, as what it is kept for is. */
let kept: object | undefined

/**
 * Keeps one of the objects that Node makes for every `process.nextTick`, of which an answer over HTTP takes eight. Once
 * none is left when garbage is collected, V8 forgets their shape, takes the next one's for a second shape, and has every
 * later one put together at run time instead of by compiled code: that made a tenth of a redirect.
 */
export function keepTickShape(): void {
  process.nextTick(() => {
    kept ??= executionAsyncResource()
  })
}
