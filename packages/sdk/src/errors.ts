import type { components } from './api.js'

export type Problem = components['schemas']['Problem']
export type ErrorCode = Problem['code']

/** The gateway refused; `problem` says why. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.hint === undefined ? problem.detail : `${problem.detail} ${problem.hint}`)
    this.name = 'ApiError'
    this.problem = problem
  }

  get code(): ErrorCode {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }
}

/** Something answered that is not the gateway, such as a proxy in front of it. */
export class UnexpectedAnswerError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The address answered with status ${status} and no problem document: is it a Gangway?`)
    this.name = 'UnexpectedAnswerError'
    this.status = status
  }
}

/** Events of an instance, first and last `seq`. */
export interface ExpiredEvents {
  readonly instance: string
  readonly from: number
  readonly to: number
}

/** Events that were asked for are no longer kept by the gateway. */
export class EventsExpiredError extends Error {
  readonly expired: ExpiredEvents

  constructor(expired: ExpiredEvents) {
    super(`Events ${expired.from} to ${expired.to} of instance ${expired.instance} are no longer kept.`)
    this.name = 'EventsExpiredError'
    this.expired = expired
  }
}
