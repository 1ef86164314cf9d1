// `bun run check`: format and lint, types, architecture. Seconds, not minutes; the pre-commit hook runs it.

const steps: readonly { name: string; command: readonly string[] }[] = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "--project", "."] },
  { name: "architecture", command: [process.execPath, "test", "./tools/architecture.test.ts"] },
];

const run = async ({ name, command }: (typeof steps)[number]) => {
  const [program = "", ...words] = command;
  const binary = program === process.execPath ? program : `node_modules/.bin/${program}`;
  const child = Bun.spawn([binary, ...words], {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, BUN_BE_BUN: "1" },
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { name, ok: exitCode === 0, output: out + err };
};

const results = await Promise.all(steps.map(run));
for (const { name, ok, output } of results) {
  process.stdout.write(`${ok ? "✓" : "✗"} ${name}\n`);
  if (!ok) process.stdout.write(`${output}\n`);
}
process.exit(results.every(({ ok }) => ok) ? 0 : 1);
