import { expect } from "bun:test";
import fc from "fast-check";
import { type Family, type Instance, newFamily, show } from "./model.ts";
import { type RefreshRun, SESSION_LIFE_MS } from "./refresh-desk.ts";

/** The model while a run goes on. */
export interface Expected {
  family: Family;
  readonly instances: Instance[];
  readonly endsAtMs: number;
}

export const expectedOf = ({ clock }: RefreshRun): Expected => ({
  family: newFamily,
  instances: [{ sinceMs: null }, { sinceMs: null }],
  endsAtMs: clock.now().getTime() + SESSION_LIFE_MS,
});

type FamilyCommand = fc.AsyncCommand<Expected, RefreshRun>;

/** Of the tokens that there are: 0 the unused one, 1 the one before, and so on. */
interface Showing {
  readonly back: number;
  readonly instance: number;
}

const tokenOf = ({ usedAtMs }: Family, back: number): number => Math.max(0, usedAtMs.length - back);

/** The moment at an instance, which counts as answering from its first refresh on. */
const momentAt = (expected: Expected, instance: number, nowMs: number) => {
  const sinceMs = expected.instances[instance]?.sinceMs ?? nowMs;
  expected.instances[instance] = { sinceMs };
  return { sinceMs, nowMs };
};

const expire = (expected: Expected, nowMs: number): void => {
  if (expected.family.end === "none" && nowMs >= expected.endsAtMs)
    expected.family = { ...expected.family, end: "expired" };
};

/** What always holds: one line without branches, one unused token at its end, and a family that reuse has ended. */
export const checkFamily = async ({ family }: Expected, run: RefreshRun): Promise<void> => {
  const { line, tokens, reason, reuses } = await run.read();
  expect(line).toHaveLength(tokens);
  expect(line.map(({ used }) => (used === null ? null : Number(used)))).toEqual([...family.usedAtMs, null]);
  expect(reuses).toBe(family.end === "reuse" ? 1 : 0);
  const ended = family.end === "logout" || family.end === "reuse";
  expect(reason).toBe(ended ? family.end : null);
  expect(run.announced).toHaveLength(ended ? 1 : 0);
};

/** A token is shown so many times at once, to the instances in turn. */
class Show implements FamilyCommand {
  constructor(
    readonly showing: Showing,
    readonly times: number,
  ) {}
  check = () => true;
  async run(expected: Expected, run: RefreshRun): Promise<void> {
    const nowMs = run.clock.now().getTime();
    expire(expected, nowMs);
    const token = tokenOf(expected.family, this.showing.back);
    const instances = Array.from({ length: this.times }, (_, i) => (this.showing.instance + i) % 2);
    const moments = instances.map((instance) => momentAt(expected, instance, nowMs));
    const answers = await Promise.all(instances.map((instance) => run.show(token, instance)));
    // Who comes second finds it used this very moment: only where the first was late already may the instances differ.
    const outcomes = moments.map((moment) => show(expected.family, token, moment));
    const [first] = outcomes;
    if (first === undefined) return;
    if (outcomes.every(({ shown }) => Bun.deepEquals(shown, first.shown))) {
      expect(answers).toEqual(answers.map(() => first.shown));
      expected.family = first.family;
    } else {
      // One instance has been away and is patient, the other was not: once that one has spoken the family is dead.
      const patient = outcomes.find(({ shown }) => shown.answer === "pair")?.shown;
      for (const answer of answers) expect([patient, { answer: "refused" }]).toContainEqual(answer);
      expected.family = { ...expected.family, end: "reuse" };
    }
    await checkFamily(expected, run);
  }
  toString = () => `show(${this.showing.back} back, at ${this.showing.instance}, ${this.times} times)`;
}

/** Different tokens at once, and perhaps a logout: any order may win, what always holds holds. */
class Race implements FamilyCommand {
  constructor(
    readonly showings: readonly Showing[],
    readonly logout: boolean,
  ) {}
  check = () => true;
  async run(expected: Expected, run: RefreshRun): Promise<void> {
    const nowMs = run.clock.now().getTime();
    expire(expected, nowMs);
    for (const { instance } of this.showings) momentAt(expected, instance, nowMs);
    const { family } = expected;
    const shows = this.showings.map(({ back, instance }) => run.show(tokenOf(family, back), instance));
    const leaving = this.logout ? run.logout() : Promise.resolve();
    const answers = await Promise.all(shows);
    await leaving;
    const { line, reason } = await run.read();
    const given = answers.flatMap((answer) => (answer.answer === "pair" ? [answer.token] : []));
    for (const token of given) expect(token).toBeLessThan(line.length);
    const end = family.end === "expired" ? "expired" : reason === null ? "none" : reason;
    if (family.end !== "none") expect<string>(end).toBe(family.end);
    if (this.logout && family.end === "none") expect(["logout", "reuse"]).toContain(end);
    expected.family = {
      usedAtMs: line.slice(0, -1).map(({ used }) => Number(used)),
      end: end as Family["end"],
    };
    await checkFamily(expected, run);
  }
  toString = () =>
    `race(${this.showings.map(({ back, instance }) => `${back} back at ${instance}`).join(", ")}${this.logout ? ", logout" : ""})`;
}

class Wait implements FamilyCommand {
  constructor(readonly ms: number) {}
  check = () => true;
  async run(_expected: Expected, run: RefreshRun): Promise<void> {
    run.clock.advance(this.ms);
  }
  toString = () => `wait(${this.ms} ms)`;
}

class Restart implements FamilyCommand {
  constructor(readonly instance: number) {}
  check = () => true;
  async run(expected: Expected, run: RefreshRun): Promise<void> {
    run.restart(this.instance);
    expected.instances[this.instance] = { sinceMs: null };
  }
  toString = () => `restart(${this.instance})`;
}

class Logout implements FamilyCommand {
  check = () => true;
  async run(expected: Expected, run: RefreshRun): Promise<void> {
    expire(expected, run.clock.now().getTime());
    await run.logout();
    if (expected.family.end === "none") expected.family = { ...expected.family, end: "logout" };
    await checkFamily(expected, run);
  }
  toString = () => "logout";
}

const showing = fc.record({
  // Mostly the newest two: whatever is older ends the run.
  back: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(0, 0, 1) }, { weight: 1, arbitrary: fc.nat(4) }),
  instance: fc.nat(1),
});

/** Times around the grace, the outage and the life of a session, and any between. */
const waits = fc.oneof(
  { weight: 6, arbitrary: fc.nat(9_999) },
  { weight: 3, arbitrary: fc.constantFrom(1, 9_999, 10_000, 10_001, 50_000, 60_000, 60_001) },
  { weight: 1, arbitrary: fc.constantFrom(900_000, SESSION_LIFE_MS / 2, SESSION_LIFE_MS) },
);

const COMMANDS_MAX = 24;

export const familyCommands = fc.commands(
  [
    fc.tuple(showing, fc.integer({ min: 1, max: 4 })).map(([shown, times]) => new Show(shown, times)),
    fc.tuple(showing, fc.constant(1)).map(([shown, times]) => new Show(shown, times)),
    fc
      .tuple(fc.array(showing, { minLength: 2, maxLength: 4 }), fc.boolean())
      .map(([showings, logout]) => new Race(showings, logout)),
    waits.map((ms) => new Wait(ms)),
    waits.map((ms) => new Wait(ms)),
    fc.nat(1).map((instance) => new Restart(instance)),
    fc.constant(new Logout()),
  ],
  { maxCommands: COMMANDS_MAX },
);
