import type { Settlement } from './settlement.ts'
import type { TableDoubt } from './table-doubt.ts'
import type { WritePort } from './write-port.ts'

/** Where writes go, and where it is noted what became of them. */
export interface WriteTo<Port = WritePort> {
  readonly table: string
  readonly port: Port
  readonly settlement: Settlement
  readonly doubt: TableDoubt
}
