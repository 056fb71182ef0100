/** Where the package is tried, and how. */
export interface Place {
  readonly folder: string
  readonly tarball: string
  readonly version: (name: string) => string
  /** Runs a command in a folder, on the Node that is asked for. @throws Error with what it printed */
  readonly inFolder: (
    folder: string,
    command: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>
  ) => Promise<string>
}

/** @throws Error unless the text is there */
export const mustSay = (said: string, words: RegExp): RegExpExecArray => {
  const found = words.exec(said)
  if (!found) throw new Error(`it does not say ${words}: ${said}`)
  return found
}
