/** What a check says: `unknown` where another failure keeps it from being seen, `advice` where all works as it is. */
export interface Verdict {
  readonly state: 'ok' | 'failed' | 'unknown' | 'advice'
  readonly saw: string
  readonly expected: string
  /** The command that mends it; empty when nothing is to be mended. */
  readonly mend: string
}

/** A check's verdict with its number and name. */
export interface Finding extends Verdict {
  readonly number: number
  readonly name: string
}

export const ok = (saw: string): Verdict => ({ state: 'ok', saw, expected: saw, mend: '' })

export const failed = (saw: string, expected: string, mend: string): Verdict => ({
  state: 'failed',
  saw,
  expected,
  mend
})

export const unknown = (saw: string, expected: string, mend: string): Verdict => ({
  state: 'unknown',
  saw,
  expected,
  mend
})

export const advice = (saw: string, expected: string, mend: string): Verdict => ({
  state: 'advice',
  saw,
  expected,
  mend
})
