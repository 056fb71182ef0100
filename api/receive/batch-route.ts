import { toAnswer } from '../answer/to-answer.ts'
import { notePush } from '../batch/note-push.ts'
import { noteTrail } from '../batch/note-trail.ts'
import { unknownBatch } from '../decode/batch-error.ts'
import type { Mode } from '../plan/row-options.ts'
import type { Route } from '../runtime/external-functions.ts'
import type { Log } from '../runtime/log.ts'
import type { AnswerOnce } from '../spill/answer-once.ts'
import type { OnceDeps } from '../spill/once-deps.ts'
import { pollBatch } from '../spill/poll-batch.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Writer } from '../write/write-rows.ts'
import { batchLine } from './batch-line.ts'
import { receiveBatch } from './receive-batch.ts'
import type { RouteHandler } from './route.ts'

interface BatchDeps {
  readonly writer: Writer
  readonly once?: OnceDeps
  /** The bucket of the audit. */
  readonly loads?: { readonly store: Pick<ObjectStore, 'write'> }
  readonly log: Log
}

/**
 * A route whose batches are written, answered once however often they come, and polled for.
 *
 * @param once without it every delivery is written
 * @param only the one mode of the route, if it has one
 */
export const batchRoute = (
  { writer, log, ...deps }: BatchDeps,
  once: AnswerOnce | undefined,
  route: Route,
  only?: Mode
): RouteHandler => {
  const { clock } = writer
  const receive = receiveBatch(writer, once, route, only)
  return {
    async post({ body, headers, isAllowed, deadline }) {
      const startMs = clock.now()
      const outcome = await receive(body, headers, isAllowed, deadline)
      log(batchLine(route, headers, outcome, clock.now() - startMs))
      const { results, counts, isRepeat, table } = outcome
      const labels = { route, table, query_id: headers.queryId, user: headers.user }
      if (!isRepeat)
        await noteTrail(
          { store: deps.loads?.store, clock, log },
          { ...labels, batch: headers.batchId },
          outcome
        )
      if (!isRepeat) await notePush({ pushes: deps.once?.pushes, clock, log }, { labels, results, counts })
      return outcome.results && toAnswer(outcome.results)
    },
    async poll(asked, deadline) {
      if (deps.once === undefined) throw unknownBatch()
      const polled = await pollBatch(deps.once, clock, { route, ...asked }, deadline)
      if (polled.kind === 'unknown') throw unknownBatch()
      return polled.kind === 'pending' ? undefined : toAnswer(polled.results)
    }
  }
}
