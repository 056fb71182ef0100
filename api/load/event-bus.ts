// What is loaded when a run ends and its bus is to be told.
export { EventBridgeClient } from '@aws-sdk/client-eventbridge'
export { announceRun } from './announce-run.ts'
