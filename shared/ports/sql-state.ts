/** The SQLSTATEs that our code decides by (PostgreSQL manual, appendix A). */
export const sqlStates = {
  serializationFailure: "40001",
  deadlockDetected: "40P01",
  uniqueViolation: "23505",
  foreignKeyViolation: "23503",
  checkViolation: "23514",
  lockNotAvailable: "55P03",
  queryCanceled: "57014",
  duplicateDatabase: "42P04",
} as const;

/** Five characters; the first one keeps errno names such as EPIPE apart. */
const SQLSTATE = /^[0-9FHPX][0-9A-Z]{4}$/;
const MAX_CAUSES = 5;

/** The SQLSTATE behind an error that a `Database` failed with, wherever in its causes it stands. */
export const sqlState = (error: unknown): string | undefined =>
  textInCauses(error, "code", (text) => SQLSTATE.test(text));

/** The name of the constraint that a statement broke (unique, foreign key, check), if it broke one. */
export const brokenConstraint = (error: unknown): string | undefined =>
  textInCauses(error, "constraint", (text) => text !== "");

function textInCauses(error: unknown, field: string, fits: (text: string) => boolean): string | undefined {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    const value: unknown = Reflect.get(current, field);
    if (typeof value === "string" && fits(value)) {
      return value;
    }
    current = current.cause;
  }
  return undefined;
}
