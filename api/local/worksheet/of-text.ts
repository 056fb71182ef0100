import type { Argument, Body } from './variant-bodies.ts'

/** A function of SQL over one text: NULL for NULL. */
export const ofText =
  (read: (text: string) => string | boolean | null): Body =>
  ([argument]: readonly Argument[]) =>
    argument === null || argument === undefined ? null : read(String(argument))
