import { absent, Refusal } from './account.ts'
import { readArguments } from './read-arguments.ts'
import type { Form } from './work.ts'

export const callForms: readonly Form[] = [
  {
    pattern: /^select (-?\d+) as (\w+)$/i,
    run: (_, number = '', name = '') => [{ [name.toUpperCase()]: number }]
  },
  {
    pattern: /^select ([\w.]+)\((.*)\) as answer$/is,
    run: async ({ account, session, calls }, name = '', text = '') => {
      const args = readArguments(text)
      const types = args.map(({ type }) => type)
      const path = `${name}(${types.join(', ')})`
      const [database = '', schema = ''] = name.split('.')
      for (const [kind, container] of [
        ['DATABASE', database],
        ['SCHEMA', `${database}.${schema}`]
      ] as const)
        if (!account.may(session.role, account.visible(session, kind, container), 'USAGE'))
          throw absent(kind, container)
      if (!account.has('FUNCTION', path))
        throw new Refusal(
          '002141',
          `SQL compilation error: Unknown user-defined function ${name.toUpperCase()}`
        )
      const fn = account.visible(session, 'FUNCTION', path)
      if (session.warehouse === undefined)
        throw new Refusal('000606', 'No active warehouse selected in the current session.')
      const { properties: integration } = account.find('INTEGRATION', fn.properties.integration ?? '')
      if (integration.ENABLED !== 'true')
        throw new Refusal('003102', `API integration ${fn.properties.integration} is disabled.`)
      const url = fn.properties.body ?? ''
      if (!integration.API_ALLOWED_PREFIXES?.split(',').some((prefix) => url.startsWith(prefix)))
        throw new Refusal(
          '390311',
          `URL '${url}' is not allowed by API_ALLOWED_PREFIXES of the API integration.`
        )
      const answer = await calls.call({
        name: name.slice(name.lastIndexOf('.') + 1),
        types,
        url,
        args: args.map(({ json }) => json),
        roleArn: integration.API_AWS_ROLE_ARN ?? '',
        principal: account.iamUser,
        externalId: integration.API_AWS_EXTERNAL_ID ?? ''
      })
      return [{ ANSWER: answer }]
    }
  }
]
