/**
 * Says on a terminal that a command is at work, before it has loaded what it needs; the first word that the command
 * writes by itself takes its place. Nothing where output is piped.
 */
export const showSign = (text: string): void => {
  const { stdout, stderr } = process
  if (!stderr.isTTY) return
  stderr.write(`${text} …`)
  const writes = [stdout.write, stderr.write] as const
  const restored = (write: typeof stdout.write, stream: NodeJS.WriteStream): typeof stdout.write =>
    ((...args: Parameters<typeof stdout.write>) => {
      ;[stdout.write, stderr.write] = writes
      stderr.write('\r\x1b[2K')
      return write.apply(stream, args)
    }) as typeof stdout.write
  stdout.write = restored(stdout.write, stdout)
  stderr.write = restored(stderr.write, stderr)
}
