/** @throws Error naming the option, when the text is not a port */
export const readPort = (option: string, text: string): number => {
  const port = Number(text)
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535)
    throw new Error(`${option} takes a port from 0 (any free one) to 65535`)
  return port
}
