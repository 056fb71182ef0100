/** Text as VARCHAR(n): CAST cuts what is too long, TRY_CAST takes it for no value of the type. */
export const ofLength = (text: string, length: number, mode: 'CAST' | 'TRY_CAST'): string =>
  mode === 'TRY_CAST' ? `CASE WHEN length(${text}) <= ${length} THEN ${text} END` : `left(${text}, ${length})`
