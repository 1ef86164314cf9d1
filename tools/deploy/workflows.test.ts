import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import { inRepository, readDocuments } from "./yaml-files.ts";

// The part of GitHub's workflow syntax that is used here, strictly: a word that is not in it is a slip of the pen.
const text = z.union([z.string(), z.number(), z.boolean()]);
const env = z.record(z.string(), text);
const permissions = z.strictObject({ contents: z.literal("read"), packages: z.literal("write") });
const stepSchema = z
  .strictObject({
    id: z.string().optional(),
    name: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    with: env.optional(),
    run: z.string().optional(),
    env: env.optional(),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), "either uses or run");
const jobSchema = z.strictObject({
  name: z.string(),
  needs: z.string().optional(),
  "runs-on": z.string(),
  "timeout-minutes": z.int().max(60),
  permissions: permissions.optional(),
  strategy: z
    .strictObject({ "fail-fast": z.boolean(), matrix: z.record(z.string(), z.array(z.string())) })
    .optional(),
  services: z
    .record(
      z.string(),
      z.strictObject({
        image: z.string(),
        env: env.optional(),
        ports: z.array(z.string()),
        options: z.string(),
      }),
    )
    .optional(),
  env: env.optional(),
  steps: z.array(stepSchema).min(1),
});
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()), tags: z.array(z.string()).optional() }),
    pull_request: z.null(),
  }),
  permissions: z.strictObject({ contents: z.literal("read") }),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.string() }),
  jobs: z.record(z.string(), jobSchema),
});

const FOLDER = ".github/workflows";
const workflows = readdirSync(inRepository(FOLDER)).map((name) => ({
  name,
  workflow: workflowSchema.parse(readDocuments(`${FOLDER}/${name}`)[0]),
}));
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([job, content]) => ({ where: `${name} ${job}`, ...content })),
);
const steps = jobs.flatMap((job) => job.steps.map((step) => ({ where: job.where, ...step })));

describe("the workflows", () => {
  test("are there, and each may only read unless a job says otherwise", () => {
    expect(workflows.map(({ name }) => name).toSorted()).toEqual(["checks.yml", "image.yml"]);
    const writing = jobs.filter((job) => JSON.stringify(job.permissions ?? {}).includes("write"));
    expect(writing.map(({ where }) => where)).toEqual(["image.yml build"]);
  });

  test("use actions of a version, and leave no token in the checkout", () => {
    const used = steps.flatMap(({ where, uses, with: words }) =>
      uses === undefined ? [] : [{ where, uses, words }],
    );
    for (const { where, uses, words } of used) {
      expect([where, uses]).toEqual([where, expect.stringMatching(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/)]);
      if (uses.startsWith("actions/checkout@")) expect(words).toEqual({ "persist-credentials": false });
    }
  });

  test("publish no image that does not come up", () => {
    const publishing = jobs.filter((job) => job.permissions?.packages === "write");
    expect(publishing.map(({ where, needs }) => [where, needs])).toEqual([["image.yml build", "compose"]]);
  });

  test("put nothing into a shell that a stranger has written", () => {
    const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(scripts.filter((script) => /\$\{\{/.test(script))).toEqual([]);
  });

  test("run commands and files that there are", () => {
    const scripts = steps.flatMap(({ run }) => run ?? []).join("\n");
    const called = [...scripts.matchAll(/bun run ([\w:-]+)/g)].map((match) => match[1] ?? "");
    expect(called.filter((name) => !(name in manifest.scripts))).toEqual([]);
    const files = [...scripts.matchAll(/\b((?:tools|e2e)\/[\w./-]+\.ts)/g)].map((match) => match[1] ?? "");
    expect(files.filter((file) => !existsSync(inRepository(file)))).toEqual([]);
  });

  test("check, test against real servers, audit, and build for both architectures", () => {
    const said = JSON.stringify(steps);
    for (const wanted of ["bun run check", "bun run test", "bun audit", "linux/amd64,linux/arm64"])
      expect(said).toContain(wanted);
    const suite = jobs.find(({ where }) => where === "checks.yml suite");
    expect(Object.keys(suite?.services ?? {}).toSorted()).toEqual(["postgres", "rabbitmq", "redis"]);
    expect(Object.keys(suite?.env ?? {}).toSorted()).toEqual(["DATABASE_URL", "RABBITMQ_URL", "REDIS_URL"]);
  });
});
