// What the code takes from Node 24 and Node 22 lacks. A checkout brings its own Node 24; the package meets what its
// user has.

/** https://tc39.es/proposal-regex-escaping/, as far as our texts need it. */
const escapeText = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)

/** https://tc39.es/proposal-explicit-resource-management/, what open services need of it. */
class Resources {
  private readonly disposers: Array<() => unknown> = []

  use<T extends AsyncDisposable | Disposable | null | undefined>(resource: T): T {
    if (resource && Symbol.asyncDispose in resource) this.defer(() => resource[Symbol.asyncDispose]())
    else if (resource) this.defer(() => (resource as Disposable)[Symbol.dispose]())
    return resource
  }

  defer(dispose: () => unknown): void {
    this.disposers.push(dispose)
  }

  move(): Resources {
    const moved = new Resources()
    moved.disposers.push(...this.disposers.splice(0))
    return moved
  }

  async disposeAsync(): Promise<void> {
    const errors: unknown[] = []
    for (const dispose of this.disposers.splice(0).reverse()) {
      try {
        await dispose()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync()
  }
}

const lacking = { AsyncDisposableStack: Resources }
for (const [name, value] of Object.entries(lacking))
  if (!(name in globalThis)) Object.assign(globalThis, { [name]: value })
if (!('escape' in RegExp)) Object.assign(RegExp, { escape: escapeText })
