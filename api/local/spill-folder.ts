import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { batchKeptSeconds } from '../ledger/batch-record.ts'
import { sha256 } from '../runtime/sha256.ts'
import { spillMessage } from '../spill/spill-batch.ts'
import { spilledRowsKey } from '../spill/spilled-rows.ts'
import { type FolderStore, folderStore } from './folder-store.ts'
import { localFolder } from './local-folder.ts'

/** The bucket of spilled batches as a folder. */
export interface SpillFolder {
  readonly store: FolderStore
  /** For each batch whose rows an earlier process has left here, its message: the queue died with that process. */
  leftMessages(): Promise<readonly string[]>
  close(): Promise<void>
}

/**
 * @param endpoint the DynamoDB that the rows are for, when it outlives this process: then its folder does, too.
 * Otherwise the folder goes with the process.
 */
export const openSpillFolder = async (endpoint: string | undefined): Promise<SpillFolder> => {
  if (endpoint === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-'))
    return {
      store: folderStore(folder),
      leftMessages: async () => [],
      close: () => rm(folder, { recursive: true, force: true })
    }
  }
  const folder = join(localFolder, 'spill', sha256(endpoint).slice(0, 16))
  const store = folderStore(folder)
  return {
    store,
    async leftMessages() {
      const batches = join(folder, 'spill')
      const hashes = await readdir(batches).catch(() => [])
      const messages: string[] = []
      for (const hash of hashes)
        if (await isTooOld(join(batches, hash)))
          await rm(join(batches, hash), { recursive: true, force: true })
        else if (await store.head(spilledRowsKey(hash))) messages.push(spillMessage(hash))
      return messages
    },
    close: async () => undefined
  }
}

/** Nobody asks for a batch any more that is older than its record in the ledger. */
const isTooOld = async (folder: string): Promise<boolean> => {
  const { mtimeMs } = await stat(folder)
  return Date.now() - mtimeMs > batchKeptSeconds * 1_000
}
