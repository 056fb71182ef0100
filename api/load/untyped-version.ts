import type { RowOptions } from '../plan/row-options.ts'

/**
 * Why rows of CSV cannot be versioned as the options say. Cells are text unless `types` says more, and as text 10 is
 * below 9: the newer row would be called stale.
 *
 * @returns a message with the cure; undefined when the version has a type, or there is none
 */
export const untypedVersion = ({
  version,
  types
}: Pick<RowOptions, 'version' | 'types'>): string | undefined =>
  version === undefined || types.has(version)
    ? undefined
    : `invalid_options: CSV has no types, so option version needs the type of ${version}: ` +
      `add "types": {"${version}": "N"} to the options where it is a number, "S" where it is text such as an ISO timestamp`
