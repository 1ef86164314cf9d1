import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { anchorsIn } from "../docs/markdown.ts";
import { inRepository, readDocuments } from "./yaml-files.ts";

const read = (path: string): string => readFileSync(inRepository(path), "utf8");
const compose = z
  .looseObject({ services: z.record(z.string(), z.looseObject({})) })
  .parse(readDocuments("docker-compose.yml")[0]);
describe("the documents of operations", () => {
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
