/** Texts by texts, the oldest forgotten first. */
export interface RememberedTexts {
  readonly get: (key: string) => string | null | undefined
  readonly set: (key: string, value: string | null) => void
}

/** @param most characters, of keys and values together */
export const rememberedTexts = (most: number): RememberedTexts => {
  const texts = new Map<string, string | null>()
  let size = 0
  const sizeOf = (key: string, value: string | null): number => key.length + (value?.length ?? 0)
  return {
    get: (key) => texts.get(key),
    set: (key, value) => {
      if (texts.has(key)) return
      texts.set(key, value)
      size += sizeOf(key, value)
      for (const [oldest, its] of texts) {
        if (size <= most) return
        texts.delete(oldest)
        size -= sizeOf(oldest, its)
      }
    }
  }
}
