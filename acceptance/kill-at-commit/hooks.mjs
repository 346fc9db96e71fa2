const driver = '@photostructure/sqlite'
const dying = new URL('./dying-sqlite.mjs', import.meta.url).href

export async function resolve(specifier, context, next) {
  if (specifier === driver && context.parentURL !== dying) return { url: dying, shortCircuit: true }
  return next(specifier, context)
}
