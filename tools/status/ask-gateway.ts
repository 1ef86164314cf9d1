import { z } from "zod";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import type { ServiceAnswer } from "./findings.ts";

/** Longest wait for the gateway, which waits 2 s for each service itself. */
const ASK_TIMEOUT_MS = 5_000;

const readySchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ status: z.string(), responseTimeMs: z.number() })),
});
const documentSchema = z.looseObject({ info: z.looseObject({ version: z.string() }) });

const ask = async <Schema extends z.ZodType>(
  url: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    return schema.parse(await response.json());
  } catch {
    return null;
  }
};

/** The state, the time and the version of each service, as the gateway tells of them; null when it does not answer. */
export const askGateway = async (
  url: string,
): Promise<Partial<Record<ServiceName, ServiceAnswer>> | null> => {
  const ready = await ask(`${url}/ready`, readySchema);
  if (ready === null) return null;
  const answers = await Promise.all(
    serviceNames.map(async (name): Promise<[ServiceName, ServiceAnswer]> => {
      const told = ready.services[name];
      const document = await ask(`${url}/openapi/${name}.json`, documentSchema);
      return [
        name,
        {
          status: told?.status ?? "not told of",
          responseTimeMs: told?.responseTimeMs ?? 0,
          version: document?.info.version ?? null,
        },
      ];
    }),
  );
  return Object.fromEntries(answers);
};
