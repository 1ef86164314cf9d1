import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { decodeCursor, encodeCursor } from "../../shared/http/cursor.ts";
import {
  idSchema,
  nullable,
  PAGE_LIMIT_DEFAULT,
  pageOf,
  pageQuery,
  problemSchema,
  strictObject,
  timeSchema,
} from "../../shared/http/schemas.ts";
import {
  isStuck,
  type ListSagasInput,
  type SagaStanding,
  sagaPositionSchema,
  type WaitingStep,
  waitingSteps,
} from "../usecases/list-sagas.ts";
import type { Caller } from "../usecases/read-orders.ts";
import { statusSchema } from "./schemas.ts";

export interface OpsCases {
  listSagas(input: ListSagasInput): Promise<{ items: SagaStanding[]; nextAfterId: string | null }>;
  retrySaga(caller: Caller, orderId: string): Promise<SagaStanding>;
}

const tags = ["operations"];

// The compiler cannot follow literals through `map`, so their type is said.
const stepQuery = Type.Unsafe<WaitingStep>(
  Type.Union(
    waitingSteps.map((step) => Type.Literal(step)),
    { error: `must be one of ${waitingSteps.join(", ")}`, examples: ["reserving"] },
  ),
);

const listQuery = strictObject({
  ...pageQuery,
  step: Type.Optional(stepQuery),
  stuck: Type.Optional(
    Type.Union([Type.Literal("true"), Type.Literal("false")], {
      error: "must be true or false",
      description: "true: only those that a person should look at",
    }),
  ),
});

const sagaParams = strictObject({ orderId: idSchema });

const sagaSchema = strictObject(
  {
    orderId: idSchema,
    number: Type.String({ description: "the order's, for people" }),
    orderStatus: statusSchema,
    step: Type.String({ description: "what is being done about the order" }),
    version: Type.Integer({ description: "the saga's: rises with every ask and every answer" }),
    attempts: Type.Integer({ description: "times that the present step has been asked for" }),
    nextAt: nullable(
      Type.String({ format: "date-time", description: "when it is asked again; null once it is finished" }),
    ),
    updatedAt: timeSchema,
    createdAt: Type.String({ format: "date-time", description: "when the order was placed" }),
    problem: nullable(Type.String({ description: "why the last attempt got no answer" })),
    stuck: Type.Boolean({ description: "asked for so often that a person should look" }),
  },
  {
    examples: [
      {
        orderId: "019a5b7e-0000-7000-8000-000000000001",
        number: "K-000041",
        orderStatus: "pending",
        step: "reserving",
        version: 25,
        attempts: 12,
        nextAt: "2026-01-01T12:02:10.000Z",
        updatedAt: "2026-01-01T12:02:00.000Z",
        createdAt: "2026-01-01T12:00:00.000Z",
        problem: "UNAVAILABLE: inventory does not answer",
        stuck: true,
      },
    ],
  },
);

const sagaBody = (standing: SagaStanding) => ({
  orderId: standing.orderId,
  number: standing.number,
  orderStatus: standing.orderStatus,
  step: standing.step,
  version: standing.version,
  attempts: standing.attempts,
  nextAt: standing.nextAt?.toISOString() ?? null,
  updatedAt: standing.updatedAt.toISOString(),
  createdAt: standing.createdAt.toISOString(),
  problem: standing.problem,
  stuck: isStuck(standing),
});

const listRoute = (guard: AuthGuard, cases: OpsCases) =>
  new Elysia({ normalize: false }).use(guard).get(
    "/v1/ops/sagas",
    async ({ query }) => {
      const { items, nextAfterId } = await cases.listSagas({
        step: query.step ?? null,
        stuck: query.stuck === "true",
        afterId: decodeCursor(query.cursor, sagaPositionSchema)?.id ?? null,
        limit: query.limit ?? PAGE_LIMIT_DEFAULT,
      });
      return {
        items: items.map(sagaBody),
        nextCursor: nextAfterId === null ? null : encodeCursor({ id: nextAfterId }),
      };
    },
    {
      audience: "staff",
      query: listQuery,
      response: { 200: pageOf(sagaSchema), 401: problemSchema, 403: problemSchema, 422: problemSchema },
      detail: {
        tags,
        summary: "List orders that wait for another service",
        description:
          "Unfinished sagas, those of the oldest orders first. `stuck=true` leaves those that have been asked for ten times or more: " +
          "look at the service that the step asks. They all go on by themselves.",
      },
    },
  );

const retryRoute = (guard: AuthGuard, cases: OpsCases) =>
  new Elysia({ normalize: false }).use(guard).post(
    "/v1/ops/sagas/:orderId/retry",
    async ({ principal, params, set }) => {
      const standing = await cases.retrySaga(principal, params.orderId);
      set.status = 202;
      return sagaBody(standing);
    },
    {
      audience: "staff",
      params: sagaParams,
      response: {
        202: sagaSchema,
        401: problemSchema,
        403: problemSchema,
        404: problemSchema,
        409: problemSchema,
      },
      detail: {
        tags,
        summary: "Ask again at once",
        description:
          "Ends the waiting time of an unfinished saga. Safe at any time, also while it is being worked on. 202: it is due now, " +
          "read the order to see what came of it. 409: nothing is waiting, or the last attempt of its step is under way.",
      },
    },
  );

/** What staff see of unfinished sagas, and can do about one. */
export const opsRoutes = (guard: AuthGuard, cases: OpsCases) =>
  new Elysia({ normalize: false }).use(listRoute(guard, cases)).use(retryRoute(guard, cases));
