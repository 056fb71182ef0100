/** A big-endian two's complement integer of any width, as Parquet stores DECIMAL in byte arrays. */
export const integerOfBytes = (bytes: Uint8Array): bigint => {
  if (bytes.length === 0) return 0n
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`))
}

/**
 * The digits of unscaled / 10^scale, all of them: `decimalText(-5n, 2)` is `-0.05`.
 *
 * @param unscaled an integer's value, or its digits
 */
export const decimalText = (unscaled: bigint | number, scale: number): string => {
  const digits = String(unscaled)
  if (scale <= 0) return digits + (digits === '0' ? '' : '0'.repeat(-scale))
  const isNegative = digits.startsWith('-')
  const padded = (isNegative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const point = padded.length - scale
  return `${isNegative ? '-' : ''}${padded.slice(0, point)}.${padded.slice(point)}`
}
