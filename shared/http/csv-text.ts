/** What must stand in quotes; blanks at the ends as well, which some readers would take off. */
const NEEDS_QUOTES = /[",;\r\n]|^\s|\s$/;

const cellText = (cell: string): string =>
  NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** One row of a CSV file (RFC 4180), its line break included. A row of one empty cell would be an empty line: it gets quotes. */
export const csvLine = (cells: readonly string[]): string => {
  const text = cells.map(cellText).join(",");
  return `${text === "" ? '""' : text}\r\n`;
};
