/**
 * The bodies between `$$` of a script, one text each: a linter of SQL does not look inside. Bodies in other languages
 * are left out.
 */
export const liftBodies = (script: string): string[] =>
  [...script.matchAll(/\$\$([\s\S]*?)\$\$/g)]
    .filter(({ index }) => !/language\s+(javascript|python|java|scala)\b/i.test(clausesBefore(script, index)))
    .map(([, body = '']) => `${body.trim()}\n`)

/** From the end of the statement before to the body. */
const clausesBefore = (script: string, index: number): string =>
  script.slice(script.lastIndexOf(';', index) + 1, index)
