import { z } from "zod";
import { heardLines } from "./canary/heard-lines.ts";

const valueSchema = z.object({
  stringValue: z.string().optional(),
  intValue: z
    .string()
    .regex(/^-?\d+$/)
    .optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const attributesSchema = z.array(z.strictObject({ key: z.string().min(1), value: valueSchema }));
const traceIdSchema = z.string().regex(/^[0-9a-f]{32}$/);
const spanIdSchema = z.string().regex(/^[0-9a-f]{16}$/);
const nanosecondsSchema = z.string().regex(/^\d{19}$/);
const linkSchema = z.strictObject({ traceId: traceIdSchema, spanId: spanIdSchema });

/** What trace.proto knows of a span, as far as it is used here; a field of another name is a mistake. */
const spanSchema = z.strictObject({
  traceId: traceIdSchema,
  spanId: spanIdSchema,
  parentSpanId: spanIdSchema.optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nanosecondsSchema,
  endTimeUnixNano: nanosecondsSchema,
  attributes: attributesSchema,
  links: z.array(linkSchema).optional(),
  status: z.strictObject({ code: z.literal(2) }).optional(),
});

const scopeSchema = z.object({ name: z.string(), version: z.string() });
/** ExportTraceServiceRequest of OTLP 1.x in JSON. */
const requestSchema = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: attributesSchema }),
      scopeSpans: z.array(z.strictObject({ scope: scopeSchema, spans: z.array(spanSchema) })),
    }),
  ),
});

export interface ReceivedSpan extends z.infer<typeof spanSchema> {
  /** `service.name` of its resource. */
  readonly service: string;
  readonly values: Readonly<Record<string, string | number | boolean | undefined>>;
}

const valuesOf = (attributes: z.infer<typeof attributesSchema>) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue,
    ]),
  );

/**
 * A receiver of traces on a free port of this machine, which takes nothing that breaks the protocol. `answer` may stand in for its
 * own: a response, or a promise that nobody keeps.
 */
export const openOtlpReceiver = (answer?: (request: Request) => Response | Promise<Response> | null) => {
  const spans: ReceivedSpan[] = [];
  const headers: Headers[] = [];
  const bodies: string[] = [];
  // What leaves the process is for the canary to hear as well.
  const heard = heardLines("output", undefined);
  const take = async (request: Request): Promise<Response> => {
    headers.push(request.headers);
    const own = answer?.(request) ?? null;
    if (own !== null) return own;
    const body = await request.text();
    bodies.push(body);
    heard.add(`${body}\n`);
    const read = requestSchema.safeParse(JSON.parse(body));
    if (!read.success || new URL(request.url).pathname !== "/v1/traces")
      return new Response(null, { status: 400 });
    for (const { resource, scopeSpans } of read.data.resourceSpans) {
      const service = String(valuesOf(resource.attributes)["service.name"]);
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        spans.push({ ...span, service, values: valuesOf(span.attributes) });
    }
    return Response.json({});
  };
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: take });
  return {
    url: `http://127.0.0.1:${server.port}`,
    spans,
    headers,
    /** All that was sent, as it came. */
    bodies,
    async close() {
      await server.stop(true);
      heard.end();
    },
  };
};
