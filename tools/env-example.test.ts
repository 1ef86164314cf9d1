import { expect, test } from "bun:test";
import { CONFIGURATION_PAGE, configurationPage, ENV_EXAMPLE, envExample } from "./env-example.ts";

test(".env.example names every variable of the schemas; if not: bun tools/env-example.ts", async () => {
  expect(await Bun.file(ENV_EXAMPLE).text()).toBe(envExample());
});

test("docs/reference/configuration.md says the same; if not: bun tools/env-example.ts", async () => {
  expect(await Bun.file(CONFIGURATION_PAGE).text()).toBe(configurationPage());
});

test("every variable has a meaning", () => {
  expect(envExample()).not.toContain("\n# \n");
});
