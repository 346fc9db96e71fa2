import type { proto } from 'baileys'
import type { LiveLocationContent, LocationContent } from '../../../core/messages/content.js'
import { bounds, counted, encoded, finite, given } from './bounds.js'

/** Nothing for a place that is nowhere. */
export function readLocation(
  message: proto.Message.ILocationMessage,
): LocationContent | LiveLocationContent | undefined {
  if (message.isLive) return readLiveLocation(message)
  const position = readPosition(message)
  return (
    position && {
      kind: 'location',
      ...position,
      ...given('name', message.name, bounds.line),
      ...given('address', message.address, bounds.line),
      ...given('url', message.url, bounds.url),
      ...encoded('thumbnail', message.jpegThumbnail, bounds.thumbnail),
    }
  )
}

export function readLiveLocation(message: proto.Message.ILiveLocationMessage): LiveLocationContent | undefined {
  const position = readPosition(message)
  return (
    position && {
      kind: 'live-location',
      ...position,
      ...counted('accuracy', message.accuracyInMeters),
      ...counted('speed', message.speedInMps),
      ...counted('heading', message.degreesClockwiseFromMagneticNorth),
      ...given('caption', message.caption, bounds.text),
      ...counted('sequence', message.sequenceNumber),
    }
  )
}

type Position = Pick<LocationContent, 'latitude' | 'longitude'>

function readPosition(message: proto.Message.ILocationMessage): Position | undefined {
  const latitude = finite(message.degreesLatitude ?? 0)
  const longitude = finite(message.degreesLongitude ?? 0)
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude }
}

export function writeLocation({ latitude, longitude, name, address, url, thumbnail }: LocationContent): proto.IMessage {
  return {
    locationMessage: {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      ...(name !== undefined && { name }),
      ...(address !== undefined && { address }),
      ...(url !== undefined && { url }),
      ...(thumbnail !== undefined && { jpegThumbnail: Buffer.from(thumbnail, 'base64') }),
    },
  }
}

export function writeLiveLocation(content: LiveLocationContent): proto.IMessage {
  const { latitude, longitude, accuracy, speed, heading, caption, sequence } = content
  return {
    liveLocationMessage: {
      degreesLatitude: latitude,
      degreesLongitude: longitude,
      ...(accuracy !== undefined && { accuracyInMeters: Math.round(accuracy) }),
      ...(speed !== undefined && { speedInMps: speed }),
      ...(heading !== undefined && { degreesClockwiseFromMagneticNorth: Math.round(heading) }),
      ...(caption !== undefined && { caption }),
      ...(sequence !== undefined && { sequenceNumber: sequence }),
    },
  }
}
