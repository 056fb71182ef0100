import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

// A package that is not found from ours is looked for from the caller's folder: ours may be installed globally, or lie
// in the cache of npx.

const caller = pathToFileURL(`${process.cwd()}/package.json`).href

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch (error) {
      const isBare = /^[@\w]/.test(specifier) && !specifier.includes(':')
      if (!isBare || context.parentURL === caller) throw error
      return next(specifier, { ...context, parentURL: caller })
    }
  }
})
