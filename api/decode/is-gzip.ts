/** Whether bytes begin as gzip does; UTF-8 text never does. https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
