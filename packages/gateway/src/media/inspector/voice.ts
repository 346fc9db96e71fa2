import { OpusDecoder } from 'opus-decoder'
import type { MediaTraits } from '../../core/ports/media-inspector.js'
import { oggPackets, readOpusHead } from './ogg-opus.js'

const granulesPerSecond = 48_000
const bars = 64
/** The lowest rate there is: enough for how loud it is, and several times as fast. */
const sampleRate = 8_000
/** What is longer has its length and no waveform, so that a file of silence for days is soon over. */
const mostSamples = 20 * 60 * sampleRate
const packetsAtOnce = 50

/** Length and waveform of a voice note. */
export async function voiceTraits(path: string): Promise<MediaTraits> {
  const loudness = new Loudness()
  let end = 0
  let preSkip = 0
  let decoder: OpusDecoder<typeof sampleRate> | undefined
  let number = 0
  let waiting: Uint8Array[] = []
  const decode = (): void => {
    if (decoder && waiting.length > 0) loudness.add(decoder.decodeFrames(waiting).channelData[0])
    waiting = []
  }
  for await (const { bytes, granule } of oggPackets(path)) {
    end = Math.max(end, granule ?? 0)
    if (number === 0) {
      const head = readOpusHead(bytes)
      // More channels than two are several streams in one, and no voice note.
      if (head === undefined || head.channels > 2) return {}
      preSkip = head.preSkip
      decoder = new OpusDecoder({ channels: head.channels, sampleRate })
      await decoder.ready
    } else if (number > 1 && loudness.samples < mostSamples && waiting.push(bytes) === packetsAtOnce) decode()
    number++
  }
  if (loudness.samples < mostSamples) decode()
  decoder?.free()
  const seconds = Math.round(Math.max(0, end - preSkip) / granulesPerSecond)
  const waveform = loudness.samples < mostSamples ? loudness.bars(bars) : undefined
  return {
    ...(end > 0 ? { seconds } : {}),
    ...(waveform ? { waveform: Buffer.from(waveform).toString('base64') } : {}),
  }
}

/** How loud a sound is, a hundredth of a second at a time: what there is to remember of it stays small. */
class Loudness {
  readonly #window = sampleRate / 100
  readonly #means: number[] = []
  #sum = 0
  #inWindow = 0
  samples = 0

  add(channel: Float32Array | undefined): void {
    for (const sample of channel ?? []) {
      this.#sum += Math.abs(sample)
      if (++this.#inWindow < this.#window) continue
      this.#means.push(this.#sum / this.#window)
      this.#sum = 0
      this.#inWindow = 0
    }
    this.samples += channel?.length ?? 0
  }

  /** 0 to 100, the loudest being 100; undefined where there is no sound. */
  bars(count: number): number[] | undefined {
    if (this.#means.length === 0) return undefined
    const means = Array.from({ length: count }, (_, bar) => {
      const from = Math.floor((bar * this.#means.length) / count)
      const part = this.#means.slice(from, Math.max(from + 1, Math.floor(((bar + 1) * this.#means.length) / count)))
      return part.reduce((sum, mean) => sum + mean, 0) / part.length
    })
    const loudest = Math.max(...means)
    return means.map((mean) => (loudest === 0 ? 0 : Math.round((100 * mean) / loudest)))
  }
}
