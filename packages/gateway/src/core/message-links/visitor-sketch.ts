/**
 * How many different people there were, without keeping who (HyperLogLog: Flajolet et al., 2007). Each is a digest of 32
 * bits; of each only the rarest pattern in its part of the range is kept. About 3 % off, and nearly exact for a few hundred.
 */
const parts = 1024
const partBits = 10
const rankBits = 32 - partBits
/** 2 to the power of minus each rank there is. */
const weights = Float64Array.from({ length: 256 }, (_none, rank) => 2 ** -rank)
const alpha = 0.7213 / (1 + 1.079 / parts)

/** The sketch with these people in it; a new one where there was none. */
export function withVisitors(sketch: Uint8Array | undefined, digests: Iterable<number>): Uint8Array {
  const ranks = new Uint8Array(parts)
  if (sketch?.length === parts) ranks.set(sketch)
  for (const digest of digests) {
    const part = digest >>> rankBits
    const rest = (digest << partBits) >>> 0
    const rank = Math.min(Math.clz32(rest), rankBits) + 1
    if (rank > (ranks[part] ?? 0)) ranks[part] = rank
  }
  return ranks
}

/** About how many people are in it. */
export function estimate(sketch: Uint8Array): number {
  let sum = 0
  let empty = 0
  for (const rank of sketch) {
    sum += weights[rank] ?? 0
    if (rank === 0) empty++
  }
  const raw = (alpha * parts * parts) / sum
  // While parts are empty, counting those is more exact than the formula for crowds.
  return Math.round(raw <= 2.5 * parts && empty > 0 ? parts * Math.log(parts / empty) : raw)
}
