import { describe, expect, test } from "bun:test";
import { spec } from "../../shared/testing/spec.ts";
import { evolve, orderSaga } from "./saga.ts";
import {
  initialSaga,
  type LinesChange,
  PAYMENT_ATTEMPTS_MAX,
  PAYMENT_HOLD_SECONDS,
  RETRY_MAX_MS,
  type Rejection,
  retryAfterMs,
  type SagaAnswer,
  type SagaInput,
  type SagaOutput,
} from "./saga-state.ts";

const saga = spec(orderSaga);
const placed: SagaInput = { type: "placed", prepaid: false };
const prepaid: SagaInput = { type: "placed", prepaid: true };
const shortages = [{ sku: "MUG", requested: 2, available: 1 }];
const cancel: SagaInput = { type: "cancel-requested" };
const ship: SagaInput = { type: "ship-requested" };
const goesBack: SagaInput = { type: "return-requested" };
const due: SagaInput = { type: "due" };
const change: LinesChange = {
  lines: [{ lineId: "l", quantity: 5 }],
  actor: { kind: "user", id: "u" },
};
const wantsChange: SagaInput = { type: "change-requested", change };

type Plain = Exclude<SagaAnswer["type"], "stock-short">;
const answer = (type: Plain, version: number): SagaInput => ({ type, version });
const short = (version: number): SagaInput => ({ type: "stock-short", version, shortages });
const rejectionOf = (reason: Rejection["reason"]): Rejection => ({ reason, shortages: [] });
const outOfStock: Rejection = { reason: "out-of-stock", shortages };
const rejects = (rejection: Rejection): SagaOutput => ({ kind: "reject-order", rejection });
const records = (what: (SagaOutput & { kind: "record" })["what"]): SagaOutput => ({ kind: "record", what });
const asks = (kind: "secure-stock" | "release-stock" | "fulfil-stock" | "return-stock", version: number) => ({
  kind,
  version,
});
const reserves = (version: number): SagaOutput => ({ kind: "reserve-stock", version, ttlSeconds: null });

const confirmed = [placed, answer("stock-held", 1)];
const paying = [prepaid, answer("stock-held", 1)];
const securing = [...paying, answer("payment-approved", 2)];
const paid = [...securing, answer("stock-held", 3)];
const shipped = [...confirmed, ship, answer("stock-fulfilled", 3)];

describe("an order that is paid later", () => {
  test("asks for stock that stays, and is confirmed when it is held", () => {
    saga.when(placed).then([reserves(1)]);
    saga
      .given([placed])
      .when(answer("stock-held", 1))
      .then([{ kind: "confirm-order" }]);
    saga
      .given([placed])
      .when(answer("stock-held", 1))
      .thenState({ step: "confirmed", prepaid: false, version: 2, attempts: 0 });
  });

  test("is rejected at once when it is short at the first attempt", () => {
    saga
      .given([placed])
      .when(short(1))
      .then([rejects(outOfStock)]);
    saga
      .given([placed])
      .when(short(1))
      .thenState({ step: "rejected", version: 2, attempts: 0, rejection: outOfStock });
  });

  test("forbids a late hold before it is done with what was asked for twice", () => {
    saga
      .given([placed, due])
      .when(short(2))
      .then([rejects(outOfStock), asks("release-stock", 3)]);
    saga
      .given([placed, due, short(2)])
      .when(answer("stock-released", 3))
      .thenState({ step: "rejected", version: 4, attempts: 0, rejection: outOfStock });
  });

  test("is rejected when its hold has ended before", () => {
    saga
      .given([placed])
      .when(answer("hold-refused", 1))
      .then([rejects(rejectionOf("hold-refused"))]);
  });
});

describe("an order that is paid before it is confirmed", () => {
  test("asks for stock with an end, for the payment, for stock that stays, and is confirmed", () => {
    saga.when(prepaid).then([{ kind: "reserve-stock", version: 1, ttlSeconds: PAYMENT_HOLD_SECONDS }]);
    saga
      .given([prepaid])
      .when(answer("stock-held", 1))
      .then([records("stock-held"), { kind: "authorise-payment", version: 2 }]);
    saga
      .given(paying)
      .when(answer("payment-approved", 2))
      .then([records("payment-authorised"), asks("secure-stock", 3)]);
    saga
      .given(securing)
      .when(answer("stock-held", 3))
      .then([{ kind: "confirm-order" }]);
    saga
      .given(securing)
      .when(answer("stock-held", 3))
      .thenState({ step: "confirmed", prepaid: true, version: 4, attempts: 0 });
  });

  test("gives the stock back when the payment is declined, and has nothing to void after one attempt", () => {
    const rejection = rejectionOf("payment-declined");
    const declined = saga.given(paying).when(answer("payment-declined", 2));
    declined.then([rejects(rejection), asks("release-stock", 3)]);
    declined.thenState({ step: "releasing", version: 3, attempts: 1, rejection, voids: false });
    saga
      .given([...paying, answer("payment-declined", 2)])
      .when(answer("stock-released", 3))
      .thenState({ step: "rejected", version: 4, attempts: 0, rejection });
  });

  test("voids a payment that was declined at a later attempt: an earlier one may still be approved", () => {
    const rejection = rejectionOf("payment-declined");
    saga
      .given([...paying, due])
      .when(answer("payment-declined", 3))
      .thenState({ step: "releasing", version: 4, attempts: 1, rejection, voids: true });
  });

  test("waits longer for each answer, and gives up when the last attempt got none", () => {
    const rejection = rejectionOf("payment-timeout");
    expect(PAYMENT_ATTEMPTS_MAX).toBe(3);
    saga
      .given(paying)
      .when(answer("no-answer", 2))
      .then([{ kind: "retry-later", afterMs: 1_000 }]);
    const second = [...paying, answer("no-answer", 2), due];
    saga
      .given(second)
      .when(answer("no-answer", 4))
      .then([{ kind: "retry-later", afterMs: 2_000 }]);
    const third = [...second, answer("no-answer", 4), due];
    saga
      .given(third)
      .when(answer("no-answer", 6))
      .then([rejects(rejection), asks("release-stock", 7)]);
    saga
      .given(third)
      .when(answer("no-answer", 6))
      .thenState({ step: "releasing", version: 7, attempts: 1, rejection, voids: true });
  });

  test("gives up as well when whoever asked for the last time is gone", () => {
    const third = [...paying, due, due];
    saga
      .given(third)
      .when(due)
      .then([rejects(rejectionOf("payment-timeout")), asks("release-stock", 5)]);
    saga
      .given([...third, due])
      .when(answer("payment-approved", 4))
      .thenNothing();
  });

  test("is rejected, and its payment voided, when the hold ran out meanwhile", () => {
    const rejection = rejectionOf("hold-expired");
    for (const refusal of [answer("hold-refused", 3), short(3)]) {
      saga
        .given(securing)
        .when(refusal)
        .then([rejects(rejection), asks("release-stock", 4)]);
      saga
        .given([...securing, refusal])
        .when(answer("stock-released", 4))
        .then([records("stock-released"), { kind: "void-payment", version: 5 }]);
      saga
        .given([...securing, refusal, answer("stock-released", 4)])
        .when(answer("payment-voided", 5))
        .then([records("payment-voided")]);
      saga
        .given([...securing, refusal, answer("stock-released", 4)])
        .when(answer("payment-voided", 5))
        .thenState({ step: "rejected", version: 6, attempts: 0, rejection });
    }
  });

  test("asks for lasting stock for as long as inventory does not answer", () => {
    const many = Array.from({ length: 20 }, () => due);
    saga
      .given([...securing, ...many])
      .when(due)
      .then([asks("secure-stock", 24)]);
  });
});

describe("a step without an answer", () => {
  test("is tried again later, and later each time", () => {
    saga
      .given([placed])
      .when(answer("no-answer", 1))
      .then([{ kind: "retry-later", afterMs: 1_000 }]);
    saga
      .given([placed, answer("no-answer", 1), due])
      .when(answer("no-answer", 3))
      .then([{ kind: "retry-later", afterMs: 2_000 }]);
    const pauses = [1_000, 2_000, 4_000, 8_000, RETRY_MAX_MS, RETRY_MAX_MS, RETRY_MAX_MS];
    expect([1, 2, 3, 4, 5, 6, 100].map(retryAfterMs)).toEqual(pauses);
  });

  test("is asked for again when it is due, under a new version", () => {
    saga
      .given([placed])
      .when(due)
      .then([reserves(2)]);
    saga.given(confirmed).when(due).thenNothing();
    saga.given(shipped).when(due).thenNothing();
  });

  test("is not decided by a late or doubled answer", () => {
    const held = answer("stock-held", 1);
    saga.given([placed, due]).when(held).thenNothing();
    saga
      .given([...paying])
      .when(held)
      .thenNothing();
    saga
      .given([...securing])
      .when(answer("payment-approved", 2))
      .thenNothing();
    saga.given([placed, cancel]).when(held).thenNothing();
    saga
      .given([placed, answer("no-answer", 1)])
      .when(held)
      .thenNothing();
    saga.given([placed]).when(placed).thenNothing();
  });

  test("is not decided by an answer to another question", () => {
    saga.given([placed]).when(answer("payment-approved", 1)).thenNothing();
    saga.given(paying).when(answer("stock-held", 2)).thenNothing();
    saga.given(securing).when(answer("payment-approved", 3)).thenNothing();
    saga
      .given([...confirmed, wantsChange])
      .when(answer("stock-released", 3))
      .thenNothing();
    saga
      .given([...confirmed, ship])
      .when(answer("stock-held", 3))
      .thenNothing();
    saga
      .given([...shipped, goesBack])
      .when(answer("stock-fulfilled", 5))
      .thenNothing();
    saga
      .given([...confirmed, cancel])
      .when(answer("stock-held", 3))
      .thenNothing();
    saga
      .given([...paid, cancel, answer("stock-released", 5)])
      .when(answer("stock-released", 6))
      .thenNothing();
  });
});

describe("a cancellation", () => {
  test("gives stock back wherever the order stood, and voids only what may have been authorised", () => {
    const changing = [...confirmed, wantsChange];
    const paidChanging = [...paid, wantsChange];
    const cases: readonly (readonly [SagaInput[], boolean])[] = [
      [[placed], false],
      [confirmed, false],
      [changing, false],
      [[prepaid], false],
      [paying, true],
      [securing, true],
      [paid, true],
      [paidChanging, true],
    ];
    for (const [before, voids] of cases) {
      const version = before.reduce(evolve, initialSaga).version + 1;
      const after = [...before, cancel];
      saga
        .given(before)
        .when(cancel)
        .then([asks("release-stock", version)]);
      saga
        .given(before)
        .when(cancel)
        .thenState({ step: "releasing", version, attempts: 1, rejection: null, voids });
      const released = answer("stock-released", version);
      const next: SagaOutput[] = voids ? [{ kind: "void-payment", version: version + 1 }] : [];
      saga
        .given(after)
        .when(released)
        .then([records("stock-released"), ...next]);
      const ended = voids ? [released, answer("payment-voided", version + 1)] : [released];
      saga
        .given([...after, ...ended])
        .when(cancel)
        .thenNothing();
      expect([...after, ...ended].reduce(evolve, initialSaga).step).toBe("cancelled");
    }
  });

  test("comes too late once the goods are leaving, and for what is rejected", () => {
    for (const before of [[...confirmed, ship], shipped, [placed, short(1)]])
      saga.given(before).when(cancel).thenNothing();
  });
});

describe("a change of lines", () => {
  const changing = [...confirmed, wantsChange];
  const back = { step: "confirmed" as const, prepaid: false, version: 4, attempts: 0 };

  test("asks for the stock it needs, and takes effect when that is held", () => {
    saga
      .given(confirmed)
      .when(wantsChange)
      .then([{ kind: "change-stock", version: 3, change }]);
    saga
      .given(changing)
      .when(answer("stock-held", 3))
      .then([{ kind: "apply-change", change }]);
    saga.given(changing).when(answer("stock-held", 3)).thenState(back);
    saga
      .given([...paid, wantsChange])
      .when(answer("stock-held", 5))
      .thenState({ ...back, prepaid: true, version: 6 });
  });

  test("is refused when it is short, or when the hold has ended, and the order stays as it was", () => {
    saga
      .given(changing)
      .when(short(3))
      .then([{ kind: "refuse-change", change, shortages }]);
    saga.given(changing).when(short(3)).thenState(back);
    saga
      .given(changing)
      .when(answer("hold-refused", 3))
      .then([{ kind: "refuse-change", change, shortages: [] }]);
    saga.given(changing).when(answer("hold-refused", 3)).thenState(back);
  });

  test("is asked for again under a higher version, and only the last answer counts", () => {
    const again = [...changing, answer("no-answer", 3), due];
    saga
      .given([...changing, answer("no-answer", 3)])
      .when(due)
      .then([{ kind: "change-stock", version: 5, change }]);
    saga.given(again).when(short(3)).thenNothing();
    saga
      .given(again)
      .when(answer("stock-held", 5))
      .then([{ kind: "apply-change", change }]);
  });

  test("comes alone: no other one, and no shipping, begins before it is done", () => {
    saga.given(changing).when(wantsChange).thenNothing();
    saga.given(changing).when(ship).thenNothing();
  });

  test("needs a confirmed order", () => {
    for (const before of [[placed], paying, securing, [...confirmed, ship], shipped, [placed, cancel]])
      saga.given(before).when(wantsChange).thenNothing();
  });
});

describe("the goods", () => {
  test("leave the stock when a confirmed order is shipped", () => {
    saga
      .given(confirmed)
      .when(ship)
      .then([asks("fulfil-stock", 3)]);
    saga.given([placed]).when(ship).thenNothing();
    saga
      .given([...confirmed, ship])
      .when(answer("stock-fulfilled", 3))
      .then([records("stock-fulfilled")]);
    saga
      .given([...confirmed, ship])
      .when(answer("stock-fulfilled", 3))
      .thenState({ step: "shipped", version: 4, attempts: 0 });
  });

  test("come back into the stock when a shipped order is returned, once", () => {
    saga
      .given(shipped)
      .when(goesBack)
      .then([asks("return-stock", 5)]);
    const returning = [...shipped, goesBack];
    saga.given(returning).when(goesBack).thenNothing();
    saga
      .given(returning)
      .when(answer("stock-returned", 5))
      .then([records("stock-returned")]);
    saga
      .given(returning)
      .when(answer("stock-returned", 5))
      .thenState({ step: "returned", version: 6, attempts: 0 });
    saga
      .given([...returning, answer("stock-returned", 5)])
      .when(goesBack)
      .thenNothing();
  });

  test("cannot come back before they have left", () => {
    for (const before of [[placed], confirmed, [...confirmed, ship], [...confirmed, cancel]])
      saga.given(before).when(goesBack).thenNothing();
  });
});
