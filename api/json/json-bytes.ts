/** Bytes of a Parquet BINARY column: JSON has none, the plan makes them DynamoDB's B. */
export class JsonBytes {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}
