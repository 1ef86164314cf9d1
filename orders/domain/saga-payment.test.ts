import { describe, expect, test } from "bun:test";
import {
  answer,
  asks,
  due,
  paying,
  prepaid,
  records,
  rejectionOf,
  rejects,
  saga,
  securing,
  short,
} from "../testing/saga-story.ts";
import { PAYMENT_ATTEMPTS_MAX, PAYMENT_HOLD_SECONDS } from "./saga-state.ts";

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
