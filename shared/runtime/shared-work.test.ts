import { expect, test } from "bun:test";
import { settled } from "../kernel/settled.ts";
import { recordedSpans } from "../testing/recorded-spans.ts";
import { createBatcher } from "./batcher.ts";
import { currentRequest, type RequestContext, runWithRequest } from "./request-context.ts";
import { newTraceparent } from "./trace-context.ts";

const requestOf = (n: number, sampled = true): RequestContext => ({
  requestId: `request-${n}`,
  traceparent: newTraceparent(sampled),
});

/** A batcher that says in what each of its batches has run. */
const watched = () => {
  const tracing = recordedSpans();
  const ranIn: (RequestContext | undefined)[] = [];
  const call = createBatcher<number, number>({
    async run(items) {
      ranIn.push(currentRequest());
      if (items.includes(13)) throw new Error("an unlucky number");
      return items.map(settled);
    },
    ...{ batchMax: 10, queueMax: 100, spans: { tracing, name: "group commit" } },
  });
  return { tracing, ranIn, call };
};

test("a batch of one request is part of it, and the next batch is not", async () => {
  const { call, ranIn, tracing } = watched();
  const [one, other] = [requestOf(1), requestOf(2)];
  await runWithRequest(one, () => Promise.all([call(1), call(2)]));
  await runWithRequest(other, () => call(3));
  await call(4);
  expect(ranIn).toEqual([one, other, undefined]);
  expect(tracing.spans).toEqual([]);
});

test("a batch of several requests is nobody's, and each of their traces says how long it took", async () => {
  const { call, ranIn, tracing } = watched();
  const contexts = [requestOf(1), requestOf(2), requestOf(3, false)];
  await Promise.all(contexts.map((context, n) => runWithRequest(context, () => call(n))));
  expect(ranIn).toEqual([undefined]);
  expect(tracing.spans.map(({ name, parent, attributes }) => [name, parent, attributes])).toEqual(
    contexts
      .slice(0, 2)
      .map(({ traceparent }) => ["group commit", traceparent ?? "", { "kiosk.batch_size": 3 }]),
  );
});

test("a batch that fails says so in each trace, and the halves are each for whom they are", async () => {
  const { call, ranIn, tracing } = watched();
  const [good, bad] = [requestOf(1), requestOf(2)];
  const results = await Promise.allSettled([
    runWithRequest(good, () => call(1)),
    runWithRequest(bad, () => call(13)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(ranIn).toEqual([undefined, good, bad]);
  expect(tracing.spans.map(({ failure }) => failure)).toEqual(["Error", "Error"]);
});
