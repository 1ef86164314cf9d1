import { expect, test } from "bun:test";
import { waitFor } from "../testing/wait-for.ts";
import { createChangeSign } from "./change-sign.ts";

test("however much changes while a sign is under way, one more follows it", async () => {
  const answers: (() => void)[] = [];
  const sign = createChangeSign({
    publish: () => new Promise((resolve) => answers.push(resolve)),
    onLost: () => undefined,
  });
  for (let n = 0; n < 100; n += 1) sign();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await waitFor(() => answers.length === 2, { what: "the sign for the other 99" });
  answers[1]?.();
  await Promise.resolve();
  sign();
  await waitFor(() => answers.length === 3, { what: "the sign for what came after" });
});

test("a sign that is lost is said, and stops nothing", async () => {
  const lost: unknown[] = [];
  let away = true;
  let published = 0;
  const sign = createChangeSign({
    async publish() {
      if (away) throw new Error("away");
      published += 1;
    },
    onLost: (error) => lost.push(error),
  });
  sign();
  await waitFor(() => lost.length === 1, { what: "the loss" });
  away = false;
  await waitFor(() => {
    sign();
    return published > 0;
  });
});
