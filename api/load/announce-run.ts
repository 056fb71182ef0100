import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { LoadDeps } from './load-deps.ts'

/**
 * Tells an event bus that a run ended: `source: push_to_dynamo`, detail-type `run complete` or `run failed`, the run
 * status as detail (a few KB; a bus takes 256 KB).
 *
 * The returned function throws when the bus did not take it: PutEvents answers 200 even then.
 */
export const announceRun =
  (client: EventBridgeClient, bus: string): LoadDeps['announce'] =>
  async (status) => {
    const entry = {
      EventBusName: bus,
      Source: 'push_to_dynamo',
      DetailType: `run ${status.state}`,
      Detail: JSON.stringify(status)
    }
    const { FailedEntryCount = 0, Entries = [] } = await client.send(
      new PutEventsCommand({ Entries: [entry] })
    )
    if (FailedEntryCount > 0)
      throw new Error(
        `event bus ${bus} did not take the run's end (${Entries[0]?.ErrorCode}): check its policy`
      )
  }
