/** What stands behind a command, in one line, without what neither a search takes nor a name has. */
export const wordsOf = ({ match }: { readonly match: string }): string =>
  match.replace(/[\s\p{C}]+/gu, " ").trim();
