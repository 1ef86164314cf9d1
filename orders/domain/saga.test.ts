import { describe, expect, test } from "bun:test";
import {
  answer,
  asks,
  cancel,
  confirmed,
  due,
  goesBack,
  outOfStock,
  paid,
  paying,
  placed,
  records,
  rejectionOf,
  rejects,
  reserves,
  saga,
  securing,
  ship,
  shipped,
  short,
  wantsChange,
} from "../testing/saga-story.ts";
import { RETRY_MAX_MS, retryAfterMs } from "./saga-state.ts";

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
