import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, type Environment } from "../shared/runtime/config.ts";
import { type PartName, partNames } from "./config.ts";

const SECRETS_FILE = "secrets.json";

/** What is made at the first start for development, by the variable that replaces it. */
const recipes: Readonly<Record<string, () => string>> = {
  JWT_PRIVATE_JWK: () => JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
  OTP_PEPPER: () => randomBytes(32).toString("base64url"),
  INTERNAL_TOKEN: () => randomBytes(32).toString("base64url"),
  SANDBOX_TOKEN: () => randomBytes(32).toString("base64url"),
};

/** In production these are kept from every process that does not run auth: who holds the signing key can be anybody. */
const OF_AUTH: ReadonlySet<string> = new Set(["JWT_PRIVATE_JWK", "OTP_PEPPER"]);

/** The secrets kept in a data folder, by variable; nothing where there are none. */
export const readKeptSecrets = (dataDir: string): Record<string, string> => {
  const file = join(dataDir, SECRETS_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
};

/** Made once for a folder, readable by its owner only. Of several processes that start at once, the first one's count. */
const keepSecrets = (dataDir: string): Record<string, string> => {
  const file = join(dataDir, SECRETS_FILE);
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    const draft = `${file}.${process.pid}`;
    const made = Object.fromEntries(Object.entries(recipes).map(([name, make]) => [name, make()]));
    writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readKeptSecrets(dataDir);
};

const isSet = (environment: Environment, name: string): boolean => Boolean(environment[name]?.trim());

/** The signing key may be in a file of its own, as secrets are handed to containers. */
const isGiven = (environment: Environment, name: string): boolean =>
  isSet(environment, name) || (name === "JWT_PRIVATE_JWK" && isSet(environment, "JWT_PRIVATE_JWK_FILE"));

/**
 * The environment with every secret in it. Outside production a missing one is made and kept in the data folder; in
 * production a missing one that these parts need stops the start, by name. The sandbox's token is always made: it opens nothing but the
 * sandbox.
 */
export const withSecrets = (
  environment: Environment,
  dataDir: string,
  parts: readonly PartName[] = partNames,
): Environment => {
  const missing = Object.keys(recipes).filter((name) => !isGiven(environment, name));
  if (environment.NODE_ENV === "production") {
    const isNeeded = (name: string): boolean => !OF_AUTH.has(name) || parts.includes("auth");
    const needed = missing.filter((name) => name !== "SANDBOX_TOKEN" && isNeeded(name));
    if (needed.length > 0) {
      throw new ConfigError(
        needed.map((name) => `${name}: set it; keys made for development are refused in production`),
      );
    }
    return {
      ...environment,
      SANDBOX_TOKEN: environment.SANDBOX_TOKEN || randomBytes(32).toString("base64url"),
    };
  }
  if (missing.length === 0) return environment;
  const kept = keepSecrets(dataDir);
  return { ...environment, ...Object.fromEntries(missing.map((name) => [name, kept[name]])) };
};
