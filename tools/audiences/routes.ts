import { z } from "zod";
import { type Audience, audiences, type Permission } from "../../shared/contracts/permissions.ts";
import { routePermissions } from "../../shared/contracts/route-permissions.ts";
import { freePort } from "../../shared/drivers/free-port.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";

/** One route as a service's document names it. */
export interface Route {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: string;
  readonly audience: Audience;
  /** The action that a fresh code is wanted for; null where none is. */
  readonly stepUp: string | null;
}

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({ "x-audience": z.enum(audiences), "x-step-up": z.string().optional() }),
    ),
  ),
});

/** Environment and words that start all parts in one process, each with a port of its own: internal routes are reached there. */
export const everyDoor = () => {
  const ports = Object.fromEntries(serviceNames.map((name) => [name, freePort()])) as Record<
    ServiceName,
    number
  >;
  const env = {
    ...Object.fromEntries(serviceNames.map((name) => [`${name.toUpperCase()}_PORT`, String(ports[name])])),
    // Routes that are there only when they are switched on.
    PASSWORD_LOGIN: "on",
  };
  return {
    env,
    parts: ["gateway", ...serviceNames],
    urlOf: (service: ServiceName): string => `http://127.0.0.1:${ports[service]}`,
  };
};

const routesOf = async (service: ServiceName, url: string): Promise<Route[]> => {
  const { paths } = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...{ service, method: method.toUpperCase(), path, audience: operation["x-audience"] },
      stepUp: operation["x-step-up"] ?? null,
    })),
  );
};

/** Every route of every service's own document, the internal ones included. */
export const readRoutes = async (urlOf: (service: ServiceName) => string): Promise<Route[]> =>
  (await Promise.all(serviceNames.map((service) => routesOf(service, urlOf(service))))).flat();

export const nameOf = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;

/** The right that opens a route; null where a role or no sign-in at all is enough. */
export const permissionOf = (route: Pick<Route, "method" | "path">): Permission | null => {
  const opened = Object.entries(routePermissions).find(([, names]) =>
    names.some((name: string) => name === nameOf(route)),
  );
  return (opened?.[0] as Permission | undefined) ?? null;
};
