/** The fewest digits that read back as the same DOUBLE. NaN and the infinities keep their names: the plan rejects them. */
export const doubleText = (value: number): string => String(value)

const smallestNormal = 2 ** -126

/** The fewest digits that read back as the same FLOAT: 0.1, where the double it became says 0.10000000149011612. */
export const floatText = (value: number): string => {
  // Nine digits tell any two floats apart and six are always kept, except by the smallest, which have fewer bits.
  const fewest = Math.abs(value) < smallestNormal ? 1 : 6
  for (let digits = fewest; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : String(value)
}
