import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderStore } from '../../api/local/folder-store.ts'
import { objectStoreContract } from './object-store-contract.ts'

objectStoreContract('objects in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'folder-store-'))
  return { store: folderStore(folder), close: () => rm(folder, { recursive: true, force: true }) }
})
