import { z } from "zod";

/** What a library, a runtime or a database says, and an answer never does. */
const FOREIGN: Readonly<Record<string, RegExp>> = {
  "a stack": /\bat [\w.<>$ ]+ \(?[/\w.@-]+:\d+:\d+\)?|node_modules/,
  SQL: /\b(?:select|insert|update|delete)\b[\s\S]{0,200}\b(?:from|into|set|where|returning)\b[\s\S]*(?:\$\d|"\w+"|=)/i,
  "a name of the database":
    /\b(?:pg_\w+|relation "|violates \w+ constraint|SQLSTATE|drizzle|postgres(?:ql)?:\/\/)/i,
  "a network error": /\bE(?:CONN\w+|PIPE|HOSTUNREACH|NOTFOUND|ADDRINUSE)\b|socket connection was closed/,
  "an address of a server": /\b(?:amqps?|rediss?|postgres(?:ql)?):\/\//i,
};

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string().regex(/^[A-Z][A-Z_]+$/),
  requestId: z.string(),
});

/** What an answer says of the inside, each in words that hold no value; nothing of one that is as it should be. */
export const saysTooMuch = (text: string): string[] =>
  Object.entries(FOREIGN)
    .filter(([, pattern]) => pattern.test(text))
    .map(([what]) => what);

/** Whether a text is a problem of ours (RFC 9457): a stable code, a title, an id to ask by. */
export const isProblem = (text: string): boolean => {
  try {
    return problemSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
};
