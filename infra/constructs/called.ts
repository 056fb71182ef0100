import { Aws, Fn, Names, Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ledgerTableOf } from '../../api/ledger/ledger-store.ts'
import { namesOf } from '../names.ts'
import type { Settings } from '../settings.ts'

/** What the parts of a deployment are called: by a name that its settings give, or as AWS names them. */
export interface Called {
  /** Of the deployment: namespace of its metrics, name of its API, and what set-up calls things in Snowflake after. */
  readonly name: string
  /**
   * The bucket's. Roles and the queue's policy refer to it before there is a bucket: so it is a text that can be
   * known beforehand, never a reference.
   */
  readonly bucket: string
  /** Absent where CloudFormation names the table. */
  readonly ledger?: string
  readonly events: string
  readonly invokeRole?: string
  readonly unloadRole?: string
}

/** Names out of the setting `name`: they can be known before anything is deployed. */
export const calledByName = ({ name, snowflake }: Settings): Called => {
  const { bucketPrefix, invokeRole, unloadRole } = namesOf(name)
  return {
    name,
    bucket: `${bucketPrefix}-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    ledger: ledgerTableOf(name),
    events: name,
    invokeRole: snowflake.invokeRole ?? invokeRole,
    unloadRole: snowflake.unloadRole ?? unloadRole
  }
}

/** Names of nobody's choice: unlike those of any other stack, of a stack of the same name in another life, too. */
export const calledByAws = (scope: Construct, name: string, { snowflake }: Settings): Called => {
  const own = `push-${scope.node.addr.slice(-8)}-${ofThisLife}`
  return { name, bucket: own, events: own, ...snowflakeRoles(snowflake) }
}

const snowflakeRoles = ({ invokeRole, unloadRole }: Settings['snowflake']) => ({
  ...(invokeRole === undefined ? {} : { invokeRole }),
  ...(unloadRole === undefined ? {} : { unloadRole })
})

/** The last twelve letters of `arn:…:stack/<name>/<uuid>`: no two stacks have them. */
const ofThisLife = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))))

export const bucketArnOf = (bucket: string): string => `arn:${Aws.PARTITION}:s3:::${bucket}`

/** The longest name that a deployment can have. */
const longestName = 30

/**
 * A name for a deployment that was given none, out of its stack and its place there: `OrdersProd` and `Push` make
 * `orders_prod_push`. A long one ends with a hash of the place instead.
 */
export const nameByPlace = (scope: Construct): string => {
  const { stackName } = Stack.of(scope)
  const path = scope.node.path.split('/').slice(Stack.of(scope).node.path.split('/').length)
  const name = [Token.isUnresolved(stackName) ? 'nested' : stackName, ...path]
    .join('_')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^[\d_]+|_+$/g, '')
    .toLowerCase()
  if (name.length >= 3 && name.length <= longestName) return name
  const hash = scope.node.addr.slice(-8)
  return `${name.slice(0, longestName - hash.length - 1).replace(/_+$/, '') || 'push'}_${hash}`
}

/** What the ids of a construct's outputs begin with: its place in its stack, in letters and digits. */
export const outputPrefix = (scope: Construct): string => {
  const path = scope.node.path.split('/').slice(Stack.of(scope).node.path.split('/').length)
  // As in the ids of resources, `Default` is left out.
  const prefix = path
    .filter((each) => each !== 'Default')
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '')
  return prefix.length <= longestPrefix
    ? prefix
    : Names.uniqueResourceName(scope, { maxLength: longestPrefix, separator: '' }).replaceAll(/\W|_/g, '')
}
/** CloudFormation takes 255 letters of an output's id. */
const longestPrefix = 200
