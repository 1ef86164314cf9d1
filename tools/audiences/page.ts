import { fileURLToPath } from "node:url";
import {
  type Permission,
  permissions,
  type Role,
  roleAtLeast,
  roles,
} from "../../shared/contracts/permissions.ts";
import { routePermissions } from "../../shared/contracts/route-permissions.ts";
import { nameOf, permissionOf, type Route } from "./routes.ts";

export const AUDIENCES_PAGE = fileURLToPath(new URL("../../docs/audiences.md", import.meta.url));

const HEAD = `# Who may do what

Made by \`bun run audiences\` from the rights in \`shared/contracts/permissions.ts\` and the API documents of the services; a test compares them.
Whose data a customer's route answers for is the service's question: nobody's order is found by anybody else.

## Rights

A role has the rights of those below it.

| right | ${roles.join(" | ")} | routes |
|---|${roles.map(() => "---|").join("")}---|
`;

const rightsRow = ([permission, lowest]: [string, Role]): string => {
  const marks = roles.map((role) => (roleAtLeast(role, lowest) ? "✓" : "")).join(" | ");
  const opened: readonly string[] = routePermissions[permission as Permission];
  const names =
    opened.length === 0
      ? "widens what a customer's routes answer"
      : opened.map((name) => `\`${name}\``).join(", ");
  return `| \`${permission}\` | ${marks} | ${names} |`;
};

const byName = (a: Route, b: Route): number =>
  a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path);

const row = (route: Route, services: readonly string[]): string => {
  const right = permissionOf(route);
  const cells = [
    `\`${nameOf(route)}\``,
    route.audience,
    right === null ? "" : `\`${right}\``,
    route.stepUp === null ? "" : `\`${route.stepUp}\``,
    services.join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
};

/** The whole page. A route that several services have stands there once. */
export const audiencesPage = (routes: readonly Route[]): string => {
  const rows = new Map<string, { route: Route; services: string[] }>();
  for (const route of routes.toSorted(byName)) {
    const known = rows.get(nameOf(route));
    if (known === undefined) rows.set(nameOf(route), { route, services: [route.service] });
    else known.services.push(route.service);
  }
  return [
    HEAD + Object.entries(permissions).map(rightsRow).join("\n"),
    "",
    "## Routes",
    "",
    "`public` needs no token, `customer` anybody who is signed in, `service` the internal token, `telegram` the webhook's secret. A fresh code is asked for as `STEP_UP_REQUIRED` says.",
    "",
    "| route | audience | right | fresh code for | service |",
    "|---|---|---|---|---|",
    ...[...rows.values()].map(({ route, services }) => row(route, services)),
    "",
  ].join("\n");
};
