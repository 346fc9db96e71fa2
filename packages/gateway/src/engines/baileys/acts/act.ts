import type { EngineActName, EngineActs } from '../../../core/ports/engine-acts.js'
import type { Session } from '../session.js'

/** Does one act on an open connection. */
export type Act<Name extends EngineActName> = (
  session: Session,
  wish: EngineActs[Name]['wish'],
) => Promise<EngineActs[Name]['result']>
