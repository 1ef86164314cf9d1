/** Keeps Latin text and digits in their own order within a right-to-left line (Unicode Bidirectional Algorithm, FSI). */
export const isolate = (text: string | number): string => `\u2068${text}\u2069`;
