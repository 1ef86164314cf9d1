/**
 * Writes the migrations that the schemas ask for: `bun run db:generate [name]`. Each service has its own in
 * `<service>/store/migrations`; a schema that has not changed gets none.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { databaseNames } from "../shared/drivers/ensure-database.ts";

const root = join(import.meta.dir, "..");
const drizzleKit = join(root, "node_modules", "drizzle-kit", "bin.cjs");

async function generate(service: string, name: string | undefined): Promise<number> {
  const schema = `${service}/store/schema.ts`;
  if (!existsSync(join(root, schema))) {
    console.info(`${service}: no ${schema}, nothing to do`);
    return 0;
  }
  console.info(`${service}:`);
  const argv = [
    ...["generate", "--dialect", "postgresql"],
    ...["--schema", schema, "--out", `${service}/store/migrations`],
    ...(name === undefined ? [] : ["--name", name]),
  ];
  const kit = Bun.spawn([process.execPath, drizzleKit, ...argv], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit"],
  });
  return await kit.exited;
}

const name = process.argv[2];
for (const service of Object.keys(databaseNames)) {
  const code = await generate(service, name);
  if (code !== 0) {
    console.error(`${service}: drizzle-kit failed with exit code ${code}`);
    process.exit(code);
  }
}
