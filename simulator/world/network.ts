import type { Dice } from "../../e2e/history/dice.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Instance, Life } from "./life.ts";
import type { Weather } from "./weather.ts";

/** Who is asked, by turns: the instances of one service. */
export type Pool<Api> = readonly [Instance<Api>, ...Instance<Api>[]];

export interface Network {
  /**
   * Asks one of the instances. Fails with `UNAVAILABLE` where nothing listens, the callee dies, or no answer comes within the
   * deadline; then the call may have been done, or may be done later.
   */
  call<Api, Answer>(
    from: Life,
    to: Pool<Api>,
    ask: (api: Api) => Promise<Answer>,
    deadlineMs: number,
  ): Promise<Answer>;
}

interface NetworkOptions {
  readonly dice: Dice;
  readonly weather: Weather;
  readonly after: (ms: number, task: () => void) => void;
  tell(who: string, what: () => string): void;
}

const LATENCY_MS = 4;
/** A request that is late may come when nobody waits for its answer any more. */
export const LATE_MS = 15_000;

const noAnswer = () => unavailable("No answer came.");

export const createNetwork = ({ dice, weather, after, tell }: NetworkOptions): Network => {
  const travelMs = () => 1 + dice.below(LATENCY_MS);

  /** Does the work at an instance. What is thrown there is an answer as well. */
  const serve = <Api, Answer>(
    { name, up }: Instance<Api>,
    ask: (api: Api) => Promise<Answer>,
    answer: (settle: () => void) => void,
    { resolve, reject }: { resolve: (value: Answer) => void; reject: (error: unknown) => void },
  ): void => {
    if (up === null) {
      answer(() => reject(noAnswer()));
      return;
    }
    const forget = up.life.onEnd(() => answer(() => reject(noAnswer())));
    const reply = (settle: () => void) => {
      forget();
      if (!weather.strikes("answer-lost")) answer(settle);
      else tell(name, () => "has answered, and the answer is lost");
    };
    ask(up.api).then(
      (value) => reply(() => resolve(value)),
      (error: unknown) => reply(() => reject(error)),
    );
  };

  return {
    call<Api, Answer>(
      from: Life,
      to: Pool<Api>,
      ask: (api: Api) => Promise<Answer>,
      deadlineMs: number,
    ): Promise<Answer> {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const callee = to[dice.below(to.length)] ?? to[0];
      const answer = (settle: () => void) => from.later(travelMs(), settle);
      from.later(deadlineMs, () => reject(noAnswer()));
      if (weather.strikes("request-lost")) {
        tell(from.name, () => `asks ${callee.name}, and the request is lost`);
        return promise;
      }
      const delayMs = weather.strikes("request-late") ? dice.below(LATE_MS) : travelMs();
      if (delayMs > LATENCY_MS)
        tell(from.name, () => `asks ${callee.name}, which hears of it ${delayMs} ms later`);
      after(delayMs, () => serve(callee, ask, answer, { resolve, reject }));
      return promise;
    },
  };
};
