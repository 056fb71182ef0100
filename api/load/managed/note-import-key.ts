import { change } from '../../ledger/ledger-store.ts'
import { type RunRecord, runKey } from '../../ledger/run-record.ts'
import { Flaw } from '../../plan/row-result.ts'
import { optionsOfRun } from '../bulk-options.ts'
import type { LoadDeps } from '../load-deps.ts'
import { importKeyOf } from './import-tables.ts'

/**
 * Notes with which key the import of a run's generation makes its table, before any of its chunks is asked for: a
 * deployment that changes `bulk.imports` while the run waits would else plan rows for one key and make the table with
 * another. Harmless when done again: the first note stays.
 */
export const noteImportKey = async (
  { ledger, imports }: Pick<LoadDeps, 'ledger' | 'imports'>,
  run: RunRecord
): Promise<void> => {
  const options = optionsOfRun(run)
  if (options instanceof Flaw || options.engine !== 'import') return
  await change<RunRecord, void>(ledger, runKey(run.run), (now) => {
    const isDue = now?.generation === run.generation && now.importKey?.generation !== run.generation
    const importKey = isDue ? importKeyOf(imports, run) : undefined
    return { ...(now && importKey && { next: { ...now, importKey } }), answer: undefined }
  })
}
