/** Why a request was not sent: no byte of it can have been worked on. `code` is Node's, or one of the wire's own. */
export class NotSent extends Error {
  override readonly name = 'NotSent'
  readonly code: string

  constructor(code: string) {
    super(`the request was not sent (${code})`)
    this.code = code
  }
}

/** The request went out and no answer that can be trusted came back: it may have been worked on. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
  readonly code: string

  constructor(code: string) {
    super(`no sure answer (${code})`)
    this.code = code
  }
}

/** The caller's signal struck first. The name is the one that Node and the SDK use. */
export class Aborted extends Error {
  override readonly name = 'AbortError'
}

/** Node's code of an error, such as `ECONNRESET`, or its name. */
export const codeOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error'
}
