import { describe, expect, test } from "bun:test";
import {
  answer,
  asks,
  cancel,
  change,
  confirmed,
  due,
  paid,
  paying,
  placed,
  prepaid,
  records,
  saga,
  securing,
  ship,
  shipped,
  short,
  shortages,
  wantsChange,
} from "../testing/saga-story.ts";
import { evolve } from "./saga.ts";
import { initialSaga, type SagaInput, type SagaOutput } from "./saga-state.ts";

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
