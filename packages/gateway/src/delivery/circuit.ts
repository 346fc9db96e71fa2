/** How an endpoint fares, over all instances that it is told of. */
export interface Health {
  readonly state: 'active' | 'probing'
  /** Since when every attempt has failed. */
  readonly failingSince: Date | null
}

export const healthy: Health = { state: 'active', failingSince: null }

const hour = 3_600_000
const day = 24 * hour
/** Whoever is on call is told after this long, in ms. */
export const toldAfter = day
/** After this long, in ms, one attempt in a while is enough. */
export const probingAfter = 5 * day
/** Between two attempts of a probing subscription, in ms. */
export const probeEvery = hour

/** @param probes whether its format lets us wait at all */
export function afterFailure({ state, failingSince }: Health, now: Date, probes: boolean): Health {
  const since = failingSince ?? now
  const long = now.getTime() - since.getTime() >= probingAfter
  return { state: probes && long ? 'probing' : state, failingSince: since }
}

/** Whether it has failed for so long that somebody should hear of it. */
export function isFailing({ failingSince }: Pick<Health, 'failingSince'>, now: Date): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() >= toldAfter
}
