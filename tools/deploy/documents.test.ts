import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import manifest from "../../package.json" with { type: "json" };
import { unknownVariables } from "./testing/part-environment.ts";
import { inRepository, readDocuments } from "./yaml-files.ts";

const read = (path: string): string => readFileSync(inRepository(path), "utf8");
const documents = ["docs/operations.md", "docs/runbook.md", "docs/troubleshooting.md"].map((path) => ({
  path,
  text: read(path),
}));
const compose = z
  .looseObject({
    services: z.record(z.string(), z.looseObject({ profiles: z.array(z.string()).default([]) })),
  })
  .parse(readDocuments("docker-compose.yml")[0]);
const composeVariables = new Set([...read("docker-compose.yml").matchAll(/\$\{([A-Z_]+)/g)].map((m) => m[1]));

/** As GitHub makes them of headings. */
const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
      (match[1] ?? "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} -]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

describe("the documents of operations", () => {
  for (const { path, text } of documents) {
    test(`${path} names commands that there are`, () => {
      const called = [...text.matchAll(/bun run ([a-z][\w:-]*)/g)].map((match) => match[1] ?? "");
      expect(called.length).toBeGreaterThan(5);
      expect(called.filter((name) => !(name in manifest.scripts))).toEqual([]);
      const files = [...text.matchAll(/\b((?:tools|deploy)\/[\w./-]+\.\w+)/g)].map((match) => match[1] ?? "");
      expect(files.filter((file) => !existsSync(inRepository(file)))).toEqual([]);
    });

    test(`${path} names services, profiles and variables that there are`, () => {
      const ran = [...text.matchAll(/docker compose run --rm ([\w-]+)/g)].map((match) => match[1] ?? "");
      expect(ran.filter((name) => !(name in compose.services))).toEqual([]);
      const profiles = new Set(Object.values(compose.services).flatMap((service) => service.profiles));
      const used = [...text.matchAll(/--profile (\w+)/g)].map((match) => match[1] ?? "");
      expect(used.filter((name) => !profiles.has(name))).toEqual([]);
      const variables = [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:[=`])/g)].map(
        (m) => m[1] ?? "",
      );
      expect(unknownVariables(variables).filter((name) => !composeVariables.has(name))).toEqual([]);
    });

    test(`${path} links to what there is`, () => {
      for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = "", anchor] = target.split("#");
        const to = file === "" ? path : join(dirname(path), file);
        expect([target, existsSync(inRepository(to))]).toEqual([target, true]);
        if (anchor !== undefined) expect([...anchorsIn(read(to))]).toContain(anchor);
      }
    });
  }

  test("every alert has its page in the runbook, and every page its alert", () => {
    const alerts = read("deploy/observability/alerts.yml");
    const wanted = new Set(
      [...alerts.matchAll(/docs\/runbook\.md#([\w-]+)/g)].map((match) => match[1] ?? ""),
    );
    const anchors = anchorsIn(read("docs/runbook.md"));
    expect([...wanted].filter((anchor) => !anchors.has(anchor))).toEqual([]);
    expect([...anchors].filter((anchor) => anchor !== "runbook" && !wanted.has(anchor))).toEqual([]);
    const runbook = read("docs/runbook.md");
    for (const word of ["**Means**", "**Look**"])
      expect(runbook.split(word).length - 1).toBe(anchors.size - 1);
  });

  test("the edge writes no secret into its log: neither a header that holds one nor a path", () => {
    const caddy = read("deploy/edge/Caddyfile");
    // As Go spells them. A WebSocket of a browser brings its access token as a protocol.
    const headers = ["Authorization", "Cookie", "Sec-Websocket-Protocol", "X-Receipt-Secret"];
    for (const name of [...headers, "X-Telegram-Bot-Api-Secret-Token"])
      expect(caddy).toContain(`request>headers>${name} delete`);
    const [, pattern = "", words = ""] = /request>uri regexp "([^"]+)" "([^"]+)"/.exec(caddy) ?? [];
    const maps = [...read("deploy/edge/nginx.conf").matchAll(/^ {4}~(\S+) +"[^"]+";/gm)].map(
      (match) => new RegExp(match[1] ?? "", "u"),
    );
    for (const path of ["/telegram/webhook/", "/v1/notifications/unsubscribe/"]) {
      const address = `${path}s3cret?x=1`;
      expect(address.replace(new RegExp(pattern), words)).toBe(`${path}***?x=1`);
      expect([path, maps.some((map) => map.test(address))]).toEqual([path, true]);
    }
  });

  test("every variable of the edge's example is given by Compose", () => {
    const asked = [...read("deploy/edge/Caddyfile").matchAll(/\{\$([A-Z_]+)/g)].map(
      (match) => match[1] ?? "",
    );
    const edge = JSON.stringify(compose.services.edge);
    expect(asked.filter((name) => !edge.includes(`"${name}"`))).toEqual([]);
    expect(asked.length).toBeGreaterThan(1);
  });
});
