// `bun run user:grant PHONE ROLE [--json]`: gives the owner of a phone a role, also while the shop is open; it is written into the
// audit log and told to all services as if an admin had done it. Exit code 0 when they have the role, 1 when nobody has that phone,
// 2 when it could not be looked up.

import { parseArgs } from "node:util";
import { z } from "zod";
import { authConfigSchema } from "../../auth/config.ts";
import { normalizePhone } from "../../auth/domain/phone.ts";
import { grantRoleOn } from "../../auth/service.ts";
import { openServiceDatabase } from "../../boot/open-database.ts";
import { type Role, roles } from "../../shared/contracts/permissions.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { AGREES, commandLog, DIFFERS, runDatabaseCommand, UsageError } from "../database-command.ts";
import { grantJson, grantText } from "./report.ts";

const USAGE = `Usage: bun run user:grant PHONE ROLE [--json]\nPHONE: with country code, such as +4915112345678. ROLE: ${roles.join(", ")}.`;

const WORDS = {
  otherDatabase: "This database is not the auth of this version of Kiosk",
  failed: "The role could not be given",
};

/** Of auth's configuration only what a change of a role needs: none of the secrets. */
const grantConfigSchema = z.object({
  ACCESS_TOKEN_TTL_SECONDS: authConfigSchema.shape.ACCESS_TOKEN_TTL_SECONDS,
  ADMIN_PHONES: authConfigSchema.shape.ADMIN_PHONES,
});

interface Words {
  readonly phone: string;
  readonly role: Role;
  readonly asJson: boolean;
}

const readWords = (words: readonly string[]): Words => {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { json: { type: "boolean" } },
      strict: true,
      allowPositionals: true,
    });
    const [typed = "", wanted, ...more] = positionals;
    const phone = normalizePhone(typed);
    const role = roles.find((known) => known === wanted);
    if (phone !== null && role !== undefined && more.length === 0)
      return { phone, role, asJson: values.json === true };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

process.exitCode = await runDatabaseCommand(async () => {
  const { phone, role, asJson } = readWords(Bun.argv.slice(2));
  const config = readConfig(grantConfigSchema, process.env);
  const { database, where, close } = await openServiceDatabase("auth", process.env, commandLog());
  try {
    const grant = grantRoleOn(database, { accessTtlSeconds: config.ACCESS_TOKEN_TTL_SECONDS });
    const granted = await grant({ phone, role });
    const report = { phone, role, granted, where, isAdminPhone: config.ADMIN_PHONES.includes(phone) };
    const exitCode = granted.outcome === "nobody" ? DIFFERS : AGREES;
    return { text: grantText(report), json: grantJson(report), exitCode, asJson };
  } finally {
    await close();
  }
}, WORDS);
