import { JsonNumber, type JsonObject } from './json-value.ts'

/**
 * The form of everything that outlives a call: records of the ledger, answers, messages of our queues, spilled and
 * rejected rows. It counts up when any of them changes so that older code could misread it. Form 1 did not say so.
 */
export const storedForm = 2

/** The form that a line of JSON says. */
export const formOf = (line: JsonObject): unknown => {
  const form = line.get('form')
  return form instanceof JsonNumber ? Number(form.text) : form
}

/** What is stored was written by a version that this one does not know. Nothing may be concluded from it. */
export class UnknownForm extends Error {
  override readonly name = 'UnknownForm'
}

/**
 * This version reads its own form and the one before, so that two versions may be at work during a deployment.
 *
 * @param what names the thing for the message, never its contents
 * @param form its member `form`, undefined where it has none
 * @throws UnknownForm
 */
export const checkForm = (what: string, form: unknown): void => {
  if (form === undefined || form === storedForm || form === storedForm - 1) return
  throw new UnknownForm(
    `${what} has form ${typeof form === 'number' ? form : 'unknown'}, this version reads ${storedForm - 1} and ${storedForm}: deploy the version that wrote it`
  )
}
