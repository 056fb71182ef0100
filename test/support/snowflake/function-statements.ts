import { Refusal, syntaxError } from './account.ts'
import { optionsOf, typesOf, unknownOptions } from './sql-text.ts'
import { done, type Form, needs } from './work.ts'

const known = ['COMMENT', 'API_INTEGRATION', 'HEADERS', 'CONTEXT_HEADERS', 'MAX_BATCH_ROWS', 'COMPRESSION']
/** In this order the manual has them, and Snowflake takes no other before `API_INTEGRATION`. */
const external =
  /^create or replace external function ([\w.]+)\(([^)]*)\)\s+returns (\w+)\s+called on null input\s+(volatile|immutable)\s+(.*?)\s+as '(https:[^']*)'$/is

export const functionForms: readonly Form[] = [
  {
    pattern: external,
    run: ({ account, session }, name = '', args = '', returns = '', volatility = '', rest = '', url = '') => {
      const options = optionsOf(rest)
      if (unknownOptions(options, known).length > 0) throw syntaxError(unknownOptions(options, known).join())
      const schemaName = name.slice(0, name.lastIndexOf('.'))
      const schema = account.visible(session, 'SCHEMA', schemaName)
      needs(account.may(session.role, schema, 'CREATE FUNCTION'), `schema '${schemaName}'`)
      const integration = account.visible(session, 'INTEGRATION', options.API_INTEGRATION ?? '')
      needs(account.may(session.role, integration, 'USAGE'), `integration '${options.API_INTEGRATION}'`)
      const prefixes = integration.properties.API_ALLOWED_PREFIXES?.split(',') ?? []
      if (!prefixes.some((prefix) => url.startsWith(prefix)))
        throw new Refusal(
          '390311',
          `SQL compilation error: URL '${url}' is not allowed by API integration ${integration.name}: see API_ALLOWED_PREFIXES.`
        )
      account.store('FUNCTION', `${name}(${typesOf(args)})`, session.role, {
        signature: `(${args.toUpperCase()})`,
        returns: returns.toUpperCase(),
        language: 'EXTERNAL',
        'null handling': 'CALLED ON NULL INPUT',
        volatility: volatility.toUpperCase(),
        body: url,
        headers: 'null',
        context_headers: JSON.stringify(options.CONTEXT_HEADERS?.toUpperCase().split(',') ?? []),
        max_batch_rows: options.MAX_BATCH_ROWS ?? 'not set',
        compression: options.COMPRESSION?.toUpperCase() ?? 'AUTO',
        integration: integration.name
      })
      return done(`Function ${name.toUpperCase()} successfully created.`)
    }
  },
  {
    pattern:
      /^create or replace (procedure|function) ([\w.]+)\s*\(((?:[^()]|\([^()]*\))*)\)(.*?)\$\$(.*)\$\$$/is,
    run: ({ account, session }, kind = '', name = '', args = '', clauses = '', body = '') => {
      const keeps = /copy grants/i.test(clauses)
      account.store(kind.toUpperCase(), `${name}(${typesOf(args)})`, session.role, { body }, keeps)
      return done(`${kind} successfully created.`)
    }
  },
  {
    pattern: /^desc(?:ribe)? (function|procedure) ([\w.]+)\(([^)]*)\)$/i,
    run: ({ account, session }, kind = '', name = '', args = '') => {
      const path = `${name}(${typesOf(args)})`
      const { integration: _, ...shown } = account.visible(session, kind.toUpperCase(), path).properties
      return Object.entries(shown).map(([property, value]) => ({ property, value }))
    }
  }
]
