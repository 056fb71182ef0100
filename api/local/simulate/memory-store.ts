import type { Clock } from '../../runtime/clock.ts'
import type { OnceDeps } from '../../spill/once-deps.ts'
import type { StoredObject } from '../../store/object-store.ts'
import { between } from './dice.ts'

/** The bucket of spilled rows in memory, 10 to 40 ms a call. */
export const memoryStore = (clock: Clock): OnceDeps['store'] => {
  const objects = new Map<string, Uint8Array>()
  const described = (key: string, content: Uint8Array): StoredObject => ({
    key,
    etag: String(content.length),
    bytes: content.length
  })
  const travel = (): Promise<void> => clock.sleep(between(10, 40, clock.random))
  return {
    async read(key) {
      await travel()
      const content = objects.get(key)
      return content && { object: described(key, content), content }
    },
    async write(key, content, { ifAbsent = false } = {}) {
      await travel()
      if (ifAbsent && objects.has(key)) return undefined
      objects.set(key, content)
      return described(key, content)
    },
    async remove(key) {
      await travel()
      objects.delete(key)
    }
  }
}
