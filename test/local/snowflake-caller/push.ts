import type { ExternalFunction } from '../../../api/runtime/external-functions.ts'

/** A function as SQL would declare it. */
export const push: ExternalFunction = {
  name: 'push_to_dynamo',
  args: [
    ['TABLE_NAME', 'VARCHAR'],
    ['ITEM', 'OBJECT']
  ],
  route: '/push',
  maxBatchRows: 500
}

/** `count` rows of its arguments. */
export const pushRows = (count: number): string[][] =>
  Array.from({ length: count }, (_, n) => ['"orders"', `{"ID":${n}}`])
