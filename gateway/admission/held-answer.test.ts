import { describe, expect, test } from "bun:test";
import { heldAnswer } from "./held-answer.ts";

const openAnswer = (gone?: AbortSignal) => {
  let ends = 0;
  const source = new TransformStream<Uint8Array, Uint8Array>();
  const onEnd = () => {
    ends += 1;
  };
  return { answer: heldAnswer(new Response(source.readable), onEnd, gone), source, ends: () => ends };
};

describe("an answer that holds a place", () => {
  test("gives it back once, when it has been read to its end", async () => {
    const { answer, source, ends } = openAnswer();
    expect(ends()).toBe(0);
    void source.writable.close();
    await answer.bytes();
    expect(ends()).toBe(1);
  });

  test("gives it back once, when its client goes away between two reads", async () => {
    const leaving = new AbortController();
    const { answer, ends } = openAnswer(leaving.signal);
    leaving.abort();
    expect(ends()).toBe(1);
    await answer.body?.cancel();
    expect(ends()).toBe(1);
  });

  test("gives it back at once, where the client has gone already", () => {
    expect(openAnswer(AbortSignal.abort()).ends()).toBe(1);
  });
});
