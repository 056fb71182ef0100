import type { Finding } from './finding.ts'

const marks = { ok: 'ok     ', failed: 'FAILED ', unknown: 'unknown', advice: 'advice ' } as const

/** One line for what is right; what it saw, expected and the command that mends it for what is not. */
export const findingsText = (findings: readonly Finding[]): string => {
  const lines = findings.flatMap(({ number, name, state, saw, expected, mend }) => {
    const head = `${String(number).padStart(2)}  ${marks[state]}  ${name}`
    return state === 'ok'
      ? [head]
      : [head, `      saw:      ${saw}`, `      expected: ${expected}`, `      mend:     ${mend}`]
  })
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length
  const sum = `${count('ok')} ok, ${count('failed')} failed, ${count('unknown')} unknown${count('advice') > 0 ? `, ${count('advice')} advice` : ''}`
  return `${[...lines, '', sum].join('\n')}\n`
}

/** One line of JSON: `{"ok":…,"findings":[…]}`. */
export const findingsJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify({ ok: exitCodeOf(findings) === 0, findings })}\n`

/** The same where the doctor could not look at all. */
export const nothingSeenJson = (error: string): string =>
  `${JSON.stringify({ ok: false, findings: [], error })}\n`

/** 0 all is right, or advice at most; 1 something failed, 2 something could not be seen. */
export const exitCodeOf = (findings: readonly Finding[]): number => {
  const states = findings.map(({ state }) => state)
  return states.includes('failed') ? 1 : states.includes('unknown') ? 2 : 0
}
