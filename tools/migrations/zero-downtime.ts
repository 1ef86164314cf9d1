/** A statement of a migration under which the version that runs before it would break, or wait. */
export interface Breach {
  readonly migration: string;
  readonly statement: string;
  readonly why: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
}

/**
 * During a deploy both versions run on the newer schema, and after a way back the older one alone. So a schema grows first and shrinks
 * a version later, when nobody reads the old any more (expand and contract).
 */
const RULES: readonly Rule[] = [
  { pattern: /\bDROP\s+TABLE\b/i, why: "the version before it still reads the table" },
  { pattern: /\bDROP\s+COLUMN\b/i, why: "the version before it still reads the column" },
  { pattern: /\bDROP\s+(FUNCTION|VIEW|SEQUENCE|TYPE)\b/i, why: "the version before it still uses it" },
  { pattern: /\bRENAME\s+(COLUMN|TO|CONSTRAINT)\b/i, why: "the version before it knows the old name alone" },
  {
    pattern: /\bSET\s+NOT\s+NULL\b/i,
    why: "the version before it may still write nulls, and the table is read under its lock",
  },
  {
    pattern: /\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b/i,
    why: "the table is written anew under its lock",
  },
  {
    pattern: /\bADD\s+COLUMN\b(?![^,;]*\b(DEFAULT|GENERATED)\b)[^,;]*\bNOT\s+NULL\b/i,
    why: "the version before it writes rows without the column",
  },
  { pattern: /\b(LOCK\s+TABLE|VACUUM\s+FULL|CLUSTER)\b/i, why: "everybody waits for its lock" },
  { pattern: /\bTRUNCATE\b(?!\s+ON\b)/i, why: "rows are gone for the version before it" },
];

/** In a migration, before a statement that breaks a rule on purpose: why it may. */
export const MARKER = /^[ \t]*--[ \t]*contract:[ \t]*\S.{14,}$/m;

const BREAKPOINT = "--> statement-breakpoint";
const isTrigger = (statement: string): boolean => /\bCREATE\s+(CONSTRAINT\s+)?TRIGGER\b/i.test(statement);
const withoutComments = (statement: string): string => statement.replaceAll(/^\s*--.*$/gm, "");
/** What a function would do is not done by the migration. */
const withoutBodies = (statement: string): string => statement.replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, "");

/** Tables that a migration makes itself: nobody uses them yet. */
const madeIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?/gi)].map(
      (match) => match[1] ?? "",
    ),
  );

const isOnNewTable = (statement: string, made: ReadonlySet<string>): boolean =>
  made.has(/ALTER\s+TABLE\s+(?:ONLY\s+)?"?(\w+)"?/i.exec(statement)?.[1] ?? "");

/** The statements of a migration that break a rule without a marker. */
export const breachesOf = (migration: string, text: string): readonly Breach[] => {
  const made = madeIn(text);
  return text.split(BREAKPOINT).flatMap((whole) => {
    const statement = withoutBodies(withoutComments(whole));
    if (MARKER.test(whole) || isTrigger(statement) || isOnNewTable(statement, made)) return [];
    return RULES.filter(({ pattern }) => pattern.test(statement)).map(({ why }) => ({
      migration,
      statement: statement.trim().slice(0, 120),
      why,
    }));
  });
};
