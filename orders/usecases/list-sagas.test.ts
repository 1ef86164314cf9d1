import { expect, test } from "bun:test";
import { SYSTEM } from "../domain/order.ts";
import { isFinished, type SagaStage, type SagaStep } from "../domain/saga-state.ts";
import { waitingSteps } from "./list-sagas.ts";

const rejection = { reason: "payment-declined", shortages: [] } as const;

/** Every step there is: one that is missing does not compile. */
const stages: { readonly [Step in SagaStep]: Extract<SagaStage, { readonly step: SagaStep }> } = {
  none: { step: "none" },
  reserving: { step: "reserving", prepaid: true },
  paying: { step: "paying" },
  securing: { step: "securing" },
  confirmed: { step: "confirmed", prepaid: true },
  changing: { step: "changing", prepaid: true, change: { lines: [], actor: SYSTEM } },
  fulfilling: { step: "fulfilling" },
  shipped: { step: "shipped" },
  returning: { step: "returning" },
  returned: { step: "returned" },
  releasing: { step: "releasing", rejection: null, voids: true },
  voiding: { step: "voiding", rejection: null },
  cancelled: { step: "cancelled" },
  rejected: { step: "rejected", rejection },
};

test("the steps that one can ask the list for are those in which somebody is asked", () => {
  const unfinished = Object.values(stages).filter(
    (stage) => !isFinished({ ...stage, version: 1, attempts: 1 }),
  );
  expect(unfinished.map(({ step }) => step).toSorted()).toEqual([...waitingSteps].toSorted());
});
