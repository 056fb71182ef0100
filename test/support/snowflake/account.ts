import { randomBytes } from 'node:crypto'

// What a Snowflake account holds, as far as the set-up touches it: roles, objects, grants.

export type Row = Readonly<Record<string, string | null>>

/** Snowflake's refusal: a code and a text. */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const syntaxError = (sql: string): Refusal =>
  new Refusal('001003', `SQL compilation error: syntax error near '${sql.slice(0, 60)}'`)
export const absent = (kind: string, name: string): Refusal =>
  new Refusal('002003', `SQL compilation error: ${kind} '${name}' does not exist or not authorized.`)
export const notAllowed = (what: string): Refusal =>
  new Refusal('003001', `SQL access control error: Insufficient privileges to operate on ${what}`)

export interface Grant {
  readonly privilege: string
  /** The grantee: a role, unless `to` says another kind. */
  readonly role: string
  readonly to?: string
  readonly option?: boolean
}

export interface StoredObject {
  readonly kind: string
  /** In upper case; functions with their argument types. */
  readonly name: string
  readonly owner: string
  readonly properties: Record<string, string>
  readonly grants: Grant[]
}

/** What one connection has chosen. */
export interface SqlSession {
  readonly user: string
  role: string
  warehouse: string | undefined
}

const builtIn: ReadonlyArray<readonly [role: string, to: readonly string[]]> = [
  ['ACCOUNTADMIN', []],
  ['SYSADMIN', ['ACCOUNTADMIN']],
  ['SECURITYADMIN', ['ACCOUNTADMIN']],
  ['USERADMIN', ['SECURITYADMIN']],
  ['PUBLIC', []]
]

export class Account {
  readonly objects = new Map<string, StoredObject>()
  /** Role → roles that hold it. */
  readonly holders = new Map<string, Set<string>>(builtIn.map(([role, to]) => [role, new Set(to)]))
  readonly users = new Map<string, Set<string>>()
  /** The IAM user that takes on roles of AWS; one for the account. */
  iamUser = 'arn:aws:iam::123456789012:user/abc1-b-self1234'

  constructor() {
    this.store('ACCOUNT', '', 'ACCOUNTADMIN', {})
    const account = this.find('ACCOUNT', '')
    for (const [privilege, role] of [
      ['CREATE ROLE', 'USERADMIN'],
      ['CREATE DATABASE', 'SYSADMIN'],
      ['CREATE WAREHOUSE', 'SYSADMIN'],
      ['CREATE INTEGRATION', 'ACCOUNTADMIN'],
      ['MANAGE GRANTS', 'SECURITYADMIN']
    ] as const)
      account.grants.push({ privilege, role })
  }

  /** The role and every role that it holds, directly or not. */
  reach(role: string): ReadonlySet<string> {
    const reached = new Set([role, 'PUBLIC'])
    for (let size = 0; size !== reached.size; ) {
      size = reached.size
      for (const [held, holders] of this.holders)
        if ([...holders].some((holder) => reached.has(holder))) reached.add(held)
    }
    return reached
  }

  mayTake(user: string, role: string): boolean {
    return [...(this.users.get(user) ?? [])].some((own) => this.reach(own).has(role))
  }

  /** Whether the role owns the object or was granted one of these privileges, itself or through others. */
  may(role: string, object: StoredObject, ...privileges: string[]): boolean {
    const reached = this.reach(role)
    return (
      reached.has(object.owner) ||
      object.grants.some((grant) => reached.has(grant.role) && privileges.includes(grant.privilege))
    )
  }

  mayOnAccount(role: string, privilege: string): boolean {
    return this.may(role, this.find('ACCOUNT', ''), privilege) && role !== 'PUBLIC'
  }

  has(kind: string, name: string): boolean {
    return this.objects.has(`${kind} ${name.toUpperCase()}`)
  }

  /** @throws Refusal when it is not there */
  find(kind: string, name: string): StoredObject {
    const found = this.objects.get(`${kind} ${name.toUpperCase()}`)
    if (!found) throw absent(kind[0] + kind.slice(1).toLowerCase(), name.toUpperCase())
    return found
  }

  /** @throws Refusal when it is not there, or the role may do nothing with it */
  visible(session: SqlSession, kind: string, name: string): StoredObject {
    const object = this.find(kind, name)
    const reached = this.reach(session.role)
    const isSeen = reached.has(object.owner) || object.grants.some(({ role }) => reached.has(role))
    if (!isSeen) throw absent(kind, name.toUpperCase())
    return object
  }

  /** @param keeps COPY GRANTS: what was granted on the object before it stays */
  store(
    kind: string,
    name: string,
    owner: string,
    properties: Record<string, string>,
    keeps = false
  ): StoredObject {
    const before = keeps ? this.objects.get(`${kind} ${name.toUpperCase()}`)?.grants : undefined
    const object = { kind, name: name.toUpperCase(), owner, properties, grants: [...(before ?? [])] }
    this.objects.set(`${kind} ${object.name}`, object)
    return object
  }

  listed(kind: string): StoredObject[] {
    return [...this.objects.values()].filter((object) => object.kind === kind)
  }

  /** Remembers all that it holds. @returns what brings it back, whatever was done since */
  remember(): () => void {
    const { objects, holders, users } = this
    const kept = structuredClone({ objects, holders, users })
    return () => {
      const held = structuredClone(kept)
      refill(objects, held.objects)
      refill(holders, held.holders)
      refill(users, held.users)
    }
  }

  /** A new one for every integration that is made: that is why replacing one breaks the trust. */
  newExternalId(): string {
    return `XY12345_SFCRole=2_${randomBytes(20).toString('base64')}`
  }
}

const refill = <V>(map: Map<string, V>, held: ReadonlyMap<string, V>): void => {
  map.clear()
  for (const [name, value] of held) map.set(name, value)
}
