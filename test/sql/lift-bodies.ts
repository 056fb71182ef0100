/**
 * The bodies between `$$` of a script, one text each: a linter of SQL does not look inside. Bodies in other languages
 * are left out.
 */
export const liftBodies = (script: string): string[] =>
  [...script.matchAll(/\$\$([\s\S]*?)\$\$/g)]
    .filter(({ index }) => !/language\s+(javascript|python|java|scala)\b/i.test(clausesBefore(script, index)))
    .map(([, body = '']) => (isExpression(body) ? `select\n${body.trimEnd()};\n` : `${body.trim()}\n`))

/** A function of SQL is an expression, which alone is no statement. */
const isExpression = (body: string): boolean => !/^\s*(declare|begin|select|with)\b/i.test(body)

/** From the end of the statement before to the body. */
const clausesBefore = (script: string, index: number): string =>
  script.slice(script.lastIndexOf(';', index) + 1, index)
