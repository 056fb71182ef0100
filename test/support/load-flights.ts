import { type FlightFormat, unloadFlights } from './flights.ts'
import { loadIntoNull, type NullLoad } from './load-into-null.ts'

/** Unloads flights and loads them into an endpoint that only counts. Every chunk promises its rows. */
export const loadFlights = (
  format: FlightFormat,
  rows: number,
  rowsPerChunk: number,
  workers: number
): Promise<NullLoad> =>
  loadIntoNull(
    async (folder) => {
      const { chunks } = await unloadFlights(folder, format, rows, rowsPerChunk)
      return chunks
    },
    { workers }
  )
