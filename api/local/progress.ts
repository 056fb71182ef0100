/** Shows how far a long work is: one line that is written over on a terminal, nothing where output is piped. */
export interface Progress {
  show(text: string): void
  /** Removes the line, so that what follows starts on a clean one. */
  clear(): void
}

export const progressLine = (stream: NodeJS.WriteStream): Progress =>
  stream.isTTY
    ? { show: (text) => stream.write(`\r\x1b[2K${text}`), clear: () => stream.write('\r\x1b[2K') }
    : { show: () => {}, clear: () => {} }

/** `[#######......]  50 %  10,000 of 20,000`. */
export const progressBar = (done: number, of: number, what: string): string => {
  const share = of === 0 ? 1 : Math.min(1, done / of)
  const filled = Math.round(share * 24)
  return `[${'#'.repeat(filled)}${'.'.repeat(24 - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${done.toLocaleString('en')} of ${of.toLocaleString('en')} ${what}`
}
