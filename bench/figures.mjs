/** One line of the table of results. */
export function row({ figure, gateway, bare, ratio, aim, reached }) {
  return {
    figure,
    gateway,
    bare: bare ?? '–',
    ratio: ratio === undefined ? '–' : `${ratio.toFixed(2)} ×`,
    aim,
    reached,
  }
}

/** The middle value, or the `share` quantile of a list of numbers. */
export function quantile(numbers, share = 0.5) {
  const sorted = [...numbers].sort((one, other) => one - other)
  const place = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low + (high - low) * (place % 1)
}

export const ms = (value) => `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`
export const seconds = (value) => `${(value / 1000).toFixed(1)} s`
export const megabytes = (value) => `${(value / 1e6).toFixed(2)} MB`
export const perSecond = (value) => `${Math.round(value).toLocaleString('en')}/s`
