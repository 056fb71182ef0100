/**
 * No row whose JSON is longer becomes an item of 400 KB, however it is spelled: the longest escape takes six bytes for
 * one. It is rejected unread, so that no row can take the memory of its neighbours.
 */
export const maxRowTextBytes = 4 * 1024 * 1024

export const tooLongText = (bytes: number): string =>
  `the row has ${bytes} bytes of text, at most ${maxRowTextBytes} are read`
