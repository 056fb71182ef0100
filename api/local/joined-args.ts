/** Options as `parseArgs` takes them. */
type OptionTypes = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>

/**
 * Arguments with each value that begins with a minus joined to its option: `-e "-- a comment"`, `--wcu -5`. `parseArgs`
 * would take such a value for an option; what is the name of one stays one.
 */
export const joinedArgs = (args: readonly string[], options: OptionTypes): string[] => {
  const names = new Map<string, boolean>()
  for (const [name, { type, short }] of Object.entries(options)) {
    names.set(`--${name}`, type === 'string')
    if (short !== undefined) names.set(`-${short}`, type === 'string')
  }
  const joined: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const [arg = '', next] = [args[at], args[at + 1]]
    const takesText = names.get(arg) === true && next !== undefined && next.length > 1 && next.startsWith('-')
    if (!takesText || names.has(next.split('=', 1)[0] ?? '')) {
      joined.push(arg)
      continue
    }
    joined.push(arg.startsWith('--') ? `${arg}=${next}` : `${arg}${next}`)
    at += 1
  }
  return joined
}
