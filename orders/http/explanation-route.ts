import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { idSchema, nullable, problemSchema, strictObject, timeSchema } from "../../shared/http/schemas.ts";
import type { OrderCause, OrderExplanation } from "../domain/explain-order.ts";
import type { Caller } from "../usecases/read-orders.ts";
import { statusSchema } from "./schemas.ts";

export interface ExplanationCases {
  explainOrder(caller: Caller, text: string): Promise<OrderExplanation>;
}

/** A UUID, or what numbers look like: `K-000041`, `41`. */
const ID_OR_NUMBER = "^(?:[Kk]-)?[0-9]{1,15}$|^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

const params = strictObject({
  id: Type.String({
    pattern: ID_OR_NUMBER,
    error: "must be the id or the number of an order",
    description: "Its id, or its number as people write it: `K-000041`, `41`",
    examples: ["K-000041"],
  }),
});

const causeSchema = strictObject(
  {
    code: Type.String({
      description: "The step of the timeline; of a rejection `rejected-` and why",
      examples: ["rejected-out-of-stock"],
    }),
    says: Type.String(),
    at: timeSchema,
    step: Type.String({ description: "As the timeline names it" }),
    event: nullable(Type.String({ description: "The event that tells of it", examples: ["order.rejected"] })),
    actor: strictObject({
      kind: Type.Union([Type.Literal("user"), Type.Literal("staff"), Type.Literal("system")]),
      id: nullable(Type.String()),
      name: nullable(Type.String({ description: "For staff, where it is known" })),
    }),
    status: nullable(
      strictObject(
        { from: nullable(statusSchema), to: statusSchema },
        { description: "null where it stayed in its status" },
      ),
    ),
    reason: nullable(Type.String({ description: "As the timeline has it; of people their own words" })),
    shortages: Type.Array(
      strictObject({ sku: Type.String(), requested: Type.Integer(), available: Type.Integer() }),
    ),
    traceId: nullable(
      Type.String({ description: "For staff: the W3C trace id of the step, where it is known" }),
    ),
  },
  { title: "OrderCause" },
);

const orderExplanationSchema = strictObject(
  {
    orderId: idSchema,
    number: Type.String(),
    status: statusSchema,
    version: Type.Integer(),
    code: Type.String({ description: "That of the cause which brought it into its status" }),
    says: Type.String(),
    causes: Type.Array(causeSchema, { description: "Oldest first" }),
    omitted: Type.Integer({ minimum: 0, description: "Older causes that are left out" }),
    waiting: nullable(
      strictObject(
        {
          step: Type.String(),
          attempts: Type.Integer(),
          nextAt: nullable(timeSchema),
          problem: nullable(Type.String({ description: "Why the last attempt got no answer" })),
        },
        { description: "For staff: what its saga waits for; null where nothing is left to ask" },
      ),
    ),
    requestId: Type.String({ description: "Of the request that placed it" }),
    traceId: nullable(Type.String({ description: "For staff: the W3C trace id of that request" })),
  },
  {
    title: "OrderExplanation",
    examples: [
      {
        orderId: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70",
        number: "K-000041",
        status: "rejected",
        version: 2,
        code: "rejected-out-of-stock",
        says: "K-000041 is rejected. Rejected: there was not enough of MUG-BLUE (5 wanted, 3 available).",
        causes: [
          {
            code: "placed",
            says: "Placed by Nora Lind (its buyer), to be paid on delivery.",
            at: "2026-01-15T09:30:00.000Z",
            step: "placed",
            event: "order.created",
            actor: { kind: "user", id: "0192e000-0000-7000-8000-000000000001", name: "Nora Lind" },
            status: { from: null, to: "pending" },
            reason: null,
            shortages: [],
            traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
          },
          {
            code: "rejected-out-of-stock",
            says: "Rejected: there was not enough of MUG-BLUE (5 wanted, 3 available).",
            at: "2026-01-15T09:30:00.120Z",
            step: "rejected",
            event: "order.rejected",
            actor: { kind: "system", id: null, name: null },
            status: { from: "pending", to: "rejected" },
            reason: "Out of stock: MUG-BLUE",
            shortages: [{ sku: "MUG-BLUE", requested: 5, available: 3 }],
            traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
          },
        ],
        omitted: 0,
        waiting: null,
        requestId: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e71",
        traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      },
    ],
  },
);

const causeAnswer = ({ at, actor, shortages, ...cause }: OrderCause) => ({
  ...cause,
  at: at.toISOString(),
  actor: { kind: actor.kind, id: actor.id, name: actor.name },
  shortages: shortages.map(({ sku, requested, available }) => ({ sku, requested, available })),
});

const explanationAnswer = ({ order, causes, waiting, ...explanation }: OrderExplanation) => ({
  ...explanation,
  orderId: order.id,
  number: order.number,
  status: order.status,
  version: order.version,
  causes: causes.map(causeAnswer),
  waiting: waiting === null ? null : { ...waiting, nextAt: waiting.nextAt?.toISOString() ?? null },
});

/** Why an order is as it is. */
export const explanationRoute = (guard: AuthGuard, cases: ExplanationCases) =>
  new Elysia({ normalize: false })
    .use(guard)
    .get(
      "/v1/orders/:id/explanation",
      async ({ principal, params: { id } }) => explanationAnswer(await cases.explainOrder(principal, id)),
      {
        audience: "customer",
        params,
        response: { 200: orderExplanationSchema, 404: problemSchema, 422: problemSchema },
        detail: {
          tags: ["orders"],
          summary: "Explain an order",
          description:
            "Why it is as it is: its state in a sentence, and the chain of causes that led there, oldest first. The owner's and staff's; 404 for " +
            "others. The owner is told what the timeline tells them; names, traces and what the saga waits for are for staff. Each cause has a " +
            "stable `code` and its figures beside its words.",
        },
      },
    );
