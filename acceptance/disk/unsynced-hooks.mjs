const driver = '@photostructure/sqlite'
const unsynced = new URL('./unsynced-sqlite.mjs', import.meta.url).href

export async function resolve(specifier, context, next) {
  if (specifier === driver && context.parentURL !== unsynced) return { url: unsynced, shortCircuit: true }
  return next(specifier, context)
}
