import { z } from "zod";

/** The environment as it comes: nothing is known about it yet. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is wrong. Says its name and what is expected, never its value: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** An empty variable is as good as none: `REDIS_URL=` switches Redis off. */
const withoutEmpty = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value.trim() === "" ? [] : [[name, value.trim()]],
    ),
  );

/**
 * Reads the variables that a schema names and freezes them. Throws a ConfigError that names every wrong one at once.
 * Each field of the schema carries its meaning by `.describe()`: `.env.example` is made from that.
 */
export const readConfig = <Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Readonly<z.infer<Schema>> => {
  const parsed = schema.safeParse(withoutEmpty(environment));
  if (parsed.success) return Object.freeze(parsed.data);
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
};

const integer = (expected: string, fallback: number, min: number, max: number) =>
  z.coerce.number({ error: expected }).int(expected).min(min, expected).max(max, expected).default(fallback);

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** Building blocks of the services' schemas, each with a message that says what is expected. */
export const variable = {
  port: (fallback: number) => integer("a port number, 0 to 65535 (0 takes a free one)", fallback, 0, 65_535),
  wholeNumber: (fallback: number, min: number, max: number) =>
    integer(`a whole number from ${min} to ${max}`, fallback, min, max),
  seconds: (fallback: number, min: number, max: number) =>
    integer(`a whole number of seconds from ${min} to ${max}`, fallback, min, max),
  /** The shop's one currency, which catalog and orders read each for itself. */
  currency: () =>
    z
      .string()
      .refine((code) => currencies.has(code), "an ISO 4217 currency code in capitals, such as USD")
      .default("USD")
      .describe("The one currency of all prices, ISO 4217"),
  onOff: (fallback: "on" | "off") =>
    z
      .enum(["on", "off"], { error: "on or off" })
      .default(fallback)
      .transform((value) => value === "on"),
  url: (protocols: readonly string[]) =>
    z
      .string()
      .refine(
        (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
        `a URL beginning with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
      ),
  secret: () => z.string().min(32, "a secret of at least 32 characters (make one: openssl rand -base64 32)"),
  list: () =>
    z
      .string()
      .default("")
      .transform((value) =>
        value
          .split(",")
          .map((item) => item.trim())
          .filter((item) => item !== ""),
      ),
};
