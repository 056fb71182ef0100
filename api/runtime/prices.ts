/**
 * What DynamoDB charges, in one place and with a date: US dollars of us-east-1, table class Standard, on demand.
 * Another Region, provisioned capacity or a discount costs something else; the units beside every amount are exact.
 */
export const pricesOf = {
  date: '2026-11-27',
  region: 'us-east-1',
  source: 'https://aws.amazon.com/dynamodb/pricing/on-demand'
}

/** What is paid by the piece. */
export type PricedKind = 'write_unit' | 'read_unit' | 'import_byte'

const nanoDollarsOf: Readonly<Record<PricedKind, number>> = {
  // 0.625 a million write units, 0.125 a million read units: calculate_costs.py in AWS's repository
  // https://github.com/aws/agent-toolkit-for-aws, read 2026-08-20.
  write_unit: 625,
  read_unit: 125,
  // 0.15 a GB of the uncompressed source, failed items included:
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html. The amount
  // is what AWS is said to ask in us-east-1; the page of prices shows it by script and could not be read, 2026-11-27.
  import_byte: 150_000_000 / 2 ** 30
}

/** Amounts of several kinds; what is left out is none. */
export type Priced = Readonly<Partial<Record<PricedKind, number>>>

/** Whole billionths of a dollar: amounts of a row are far below a cent, and sums of them must not drift. */
export const nanoDollars = (amounts: Priced): number =>
  Math.round(
    Object.entries(amounts).reduce(
      (sum, [kind, amount]) => sum + amount * nanoDollarsOf[kind as PricedKind],
      0
    )
  )

/** Billionths of a dollar as plain decimal text, without zeros at the end: `1.0625`. */
export const dollarText = (nano: number): string => {
  const digits = String(Math.round(nano)).padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '')
}

/** US dollars of so many units, as decimal text: `dollars({ write_unit: 1_700_000 })` is `1.0625`. */
export const dollars = (amounts: Priced): string => dollarText(nanoDollars(amounts))
