/** How results are printed: tables for people, the others for programs. */
export const resultFormats = ['table', 'json', 'csv'] as const
export type ResultFormat = (typeof resultFormats)[number]
