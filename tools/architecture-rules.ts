import { dirname, join, normalize } from "node:path";

const SERVICES = ["auth", "catalog", "inventory", "orders", "notify"];

/** One file and what it imports, as written. */
export interface SourceFile {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A file to which a rule applies may import our own files only from these folders, and only these packages. */
interface Rule {
  readonly why: string;
  readonly applies: (path: string) => boolean;
  readonly own: readonly RegExp[];
  readonly packages: readonly RegExp[] | "any";
  /** It runs in browsers: modules of the runtime are forbidden as well. */
  readonly browser?: true;
}

const room = (service: string, name: string): RegExp => new RegExp(`^${service}/${name}/`);
const inRoom = (name: string) => (path: string) =>
  SERVICES.some((service) => path.startsWith(`${service}/${name}/`));
const shared = (...rooms: string[]): RegExp => new RegExp(`^shared/(${rooms.join("|")})/`);

const isTest = (path: string): boolean =>
  /\.test\.tsx?$|\/testing\/|^shared\/(testing|conformance)\//.test(path);
const serviceOf = (path: string): string => path.split("/")[0] ?? "";

/** Rules of the rooms of one service; `$` stands for the service that the file belongs to. */
const roomRules = (service: string): Rule[] => [
  {
    why: "the domain is pure: it knows the kernel and nothing else",
    applies: (path) => path.startsWith(`${service}/domain/`),
    own: [room(service, "domain"), shared("kernel")],
    packages: [],
  },
  {
    why: "a use case knows the domain, the kernel and the contracts; what it needs from outside it declares itself",
    applies: (path) => path.startsWith(`${service}/usecases/`),
    own: [room(service, "usecases"), room(service, "domain"), shared("kernel", "contracts")],
    packages: [/^zod$/],
  },
  {
    why: "the HTTP room knows Elysia, its schemas and what lies inward",
    applies: (path) => path.startsWith(`${service}/http/`),
    own: [room(service, "(http|usecases|domain)"), shared("http", "kernel", "contracts", "ports")],
    packages: [/^elysia$/, /^@elysiajs\//, /^@sinclair\/typebox/, /^zod$/],
  },
  {
    why: "an event handler knows what lies inward and the inbox's types",
    applies: (path) => path.startsWith(`${service}/events/`),
    own: [room(service, "(events|usecases|domain)"), shared("outbox", "kernel", "contracts", "ports")],
    packages: [/^zod$/],
  },
  {
    why: "a store knows Drizzle, what lies inward and the crash points of the tests",
    applies: (path) => path.startsWith(`${service}/store/`),
    own: [
      room(service, "(store|usecases|domain)"),
      shared("sql", "outbox", "replicas", "people", "kernel", "contracts", "ports"),
      /^shared\/runtime\/crash-point\.ts$/,
    ],
    packages: [/^drizzle-orm/, /^pg$/, /^zod$/],
  },
];

const rules: readonly Rule[] = [
  ...SERVICES.flatMap(roomRules),
  {
    why: "the sandbox stands for Telegram: it imports nothing of ours and no library",
    applies: (path) => path.startsWith("sandbox/"),
    own: [/^sandbox\//],
    packages: [],
  },
  {
    why: "the client runs in browsers and knows of Kiosk what its API document says",
    applies: (path) => path.startsWith("client/"),
    own: [/^client\//],
    packages: [/^openapi-fetch$/, /^eventsource-parser\b/],
    browser: true,
  },
  {
    why: "the pages run in browsers and know of Kiosk the client and the contracts",
    applies: (path) => path.startsWith("web/"),
    own: [/^(web|client)\//, shared("contracts")],
    packages: "any",
    browser: true,
  },
  {
    why: "shared code knows no service",
    applies: (path) => path.startsWith("shared/"),
    own: [/^shared\//],
    packages: "any",
  },
  {
    why: "the kernel is pure",
    applies: (path) => path.startsWith("shared/kernel/"),
    own: [shared("kernel")],
    packages: [],
  },
  {
    why: "contracts know the kernel and zod",
    applies: (path) => path.startsWith("shared/contracts/"),
    own: [shared("contracts", "kernel")],
    packages: [/^zod$/],
  },
  {
    why: "ports are interfaces",
    applies: (path) => path.startsWith("shared/ports/"),
    own: [shared("ports", "contracts", "kernel")],
    packages: [/^drizzle-orm/, /^pg$/],
  },
  {
    why: "the gateway reaches services by fetch alone",
    applies: (path) => path.startsWith("gateway/"),
    own: [/^gateway\//, shared("http", "runtime", "kernel", "contracts", "ports")],
    packages: "any",
  },
  {
    why: "the simulator joins the services' own rooms in memory: no wiring, no pages, no library",
    applies: (path) => path.startsWith("simulator/"),
    own: [
      /^simulator\//,
      /^(catalog|inventory|notify|orders)\/(domain|usecases|events|http|store|payment)\//,
      /^orders\/upstreams\.ts$/,
      /^e2e\/history\/dice\.ts$/,
      /^shared\/drivers\/(postgres-failure|subject-lanes)\.ts$/,
      shared("kernel", "contracts", "ports", "outbox", "runtime", "http"),
    ],
    packages: [],
  },
  {
    why: "no service imports another, types included",
    applies: (path) => SERVICES.includes(serviceOf(path)),
    own: [/^shared\//],
    packages: "any",
  },
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every module that a file imports, as written in it. */
export const importsOf = (text: string): string[] =>
  [...text.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? []);

const isBuiltIn = (specifier: string): boolean =>
  specifier.startsWith("node:") || specifier === "bun" || specifier.startsWith("bun:");

const target = (from: string, specifier: string): string =>
  normalize(join(dirname(from), specifier)).replaceAll("\\", "/");

const breaks = (rule: Rule, path: string, specifier: string): boolean => {
  if (isBuiltIn(specifier)) return rule.browser === true;
  if (!specifier.startsWith(".")) {
    return rule.packages !== "any" && !rule.packages.some((allowed) => allowed.test(specifier));
  }
  const to = target(path, specifier);
  if (SERVICES.includes(serviceOf(path)) && rule.packages === "any")
    return serviceOf(to) !== serviceOf(path) && !to.startsWith("shared/");
  return !rule.own.some((allowed) => allowed.test(to));
};

/** Drivers are chosen in one place. */
const importsDriver = (path: string, specifier: string): boolean =>
  specifier.startsWith(".") &&
  target(path, specifier).startsWith("shared/drivers/") &&
  !/^(kiosk\.ts$|boot\/|tools\/|bench\/|e2e\/|prove\/|simulator\/|shared\/(drivers|testing|conformance)\/)/.test(
    path,
  );

/** I/O, clock and randomness that a pure room must be told instead. */
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|crypto\.random|Bun\.|process\.|fetch\(|setTimeout|setInterval|performance\.now)/;

/** Time and chance of the machine. */
const SEEDLESS =
  /\b(Date\.now|new Date\(\)|Math\.random|crypto\.|randomUUID|Bun\.|process\.|setTimeout|setInterval|performance\.now)/;

const lineRules: readonly { why: string; applies: (path: string) => boolean; pattern: RegExp }[] = [
  { why: "the domain is told time and ids; it does no I/O", applies: inRoom("domain"), pattern: IMPURE },
  {
    why: "what is simulated has its time and its chance from the seed",
    applies: (path) => path.startsWith("simulator/") && path !== "simulator/simulate.ts",
    pattern: SEEDLESS,
  },
  {
    why: "drizzle's own transaction leaks a pool slot when BEGIN fails: use database.transaction",
    applies: (path) => !path.startsWith("tools/"),
    pattern: /\bdb\.transaction\(/,
  },
  {
    why: "@elysiajs/jwt's verify checks neither audience nor type: verify with jose",
    applies: (path) => !path.startsWith("tools/"),
    pattern: /\bjwt\.verify\(/,
  },
  {
    why: "module mocks leak into other test files: pass a fake as an argument",
    applies: (path) => !path.startsWith("tools/"),
    pattern: /\bmock\.module\(/,
  },
];

const code = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");

/** Every broken rule of one file, each as a sentence. */
export const violationsOf = ({ path, text }: SourceFile): string[] => {
  const test = isTest(path);
  const lines = lineRules
    .filter(({ applies, pattern }) => applies(path) && !test && pattern.test(code(text)))
    .map(({ why }) => `${path}: ${why}`);
  if (test) return lines;
  const imports = importsOf(text);
  const arrows = rules
    .filter(({ applies }) => applies(path))
    .flatMap((rule) =>
      imports
        .filter((specifier) => breaks(rule, path, specifier))
        .map((specifier) => `${path} imports ${specifier}: ${rule.why}`),
    );
  const drivers = imports
    .filter((specifier) => importsDriver(path, specifier))
    .map((specifier) => `${path} imports ${specifier}: only the entry chooses drivers`);
  return [...arrows, ...drivers, ...lines];
};
