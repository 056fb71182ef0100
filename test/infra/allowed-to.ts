import { arnText, listOf, type Resource, type Statement, templatesOf } from './synthesized.ts'

const { ofType, byId } = templatesOf()

/** What the role of a function or of Snowflake may do: `action on resource`, sorted. */
const allowedTo = (roleOf: (role: Resource, id: string) => boolean): string[] => {
  const [roleId] = [...byId].find(([id, each]) => each.Type === 'AWS::IAM::Role' && roleOf(each, id)) ?? []
  return ofType('AWS::IAM::Policy')
    .filter(({ Properties }) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === roleId))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Resource: on }) =>
      listOf(Action).flatMap((action) => listOf(on).map((each) => `${action} on ${plain(arnText(each))}`))
    )
    .toSorted()
}
const plain = (arn: string): string =>
  arn
    .replace('arn:<AWS::Partition>:s3:::push-to-dynamo-<AWS::AccountId>-<AWS::Region>', 'bucket')
    .replace(/.*FnGetAtt(Tables|Ledger|Load|Spill|Events).*?Arn.*/, '$1')

/** What a function may do, by its description. */
export const roleOfFunction = (description: string) => {
  const [lambda] = ofType('AWS::Lambda::Function').filter(
    ({ Properties }) => Properties.Description === description
  )
  const { 'Fn::GetAtt': [roleId] = [] } = (lambda?.Properties.Role ?? {}) as { 'Fn::GetAtt'?: string[] }
  return allowedTo((_, id) => id === roleId)
}
/** What a role with a name of its own may do. */
export const roleNamed = (name: string) => allowedTo(({ Properties }) => Properties.RoleName === name)
