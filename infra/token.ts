import * as z from 'zod'

// Values that only a deployment knows. CDK hands them around as texts and numbers of these forms; they are told by
// the form, since the set-up reads settings, too, and needs no CDK.
// https://docs.aws.amazon.com/cdk/v2/guide/tokens.html

const textToken = /\$\{Token\[[^\]]+\]\}/
/** CDK writes a number that is not known yet as one below this. */
const lowestNumber = -1e280

/** Whether the deployment decides what this text or number is. */
export const isToken = (value: unknown): boolean =>
  typeof value === 'string'
    ? textToken.test(value)
    : typeof value === 'number' && Number.isFinite(value) && value < lowestNumber

const textKnownLater = z.string().refine(isToken)
const numberKnownLater = z.number().refine(isToken)

/** What is wrong with a value that is none of these: the words of the form that it should have had. */
const asIfAlone = (form: z.ZodType) => (issue: { readonly input?: unknown }) =>
  form.safeParse(issue.input).error?.issues[0]?.message ?? 'Invalid input'

/** A text of this form, or one that only the deployment knows. */
export const textOf = <F extends z.ZodType<string, string>>(form: F) =>
  z.union([form, textKnownLater], { error: asIfAlone(form) })

/** A number of this form, or one that only the deployment knows. */
export const numberOf = <F extends z.ZodType<number, number>>(form: F) =>
  z.union([form, numberKnownLater], { error: asIfAlone(form) })
