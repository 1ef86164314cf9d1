// Moments between two lines at which a process may die: a test names one, and the process ends there as `kill -9` would
// end it. In production nothing is ever armed.

/** Every named moment. A name says whose it is, what is being done, and where in it. */
export const crashPoints = [
  "auth.refresh.after-commit",
  "orders.place.before-commit",
  "orders.place.after-commit",
  "orders.ask.before",
  "orders.ask.after",
  "orders.change.before-commit",
  "orders.change.after-commit",
  "orders.sweep.after-claim",
  "inventory.change.before-commit",
  "inventory.change.after-commit",
  "inventory.expire.before-commit",
  "notify.feed.before-commit",
  "notify.feed.after-commit",
  "notify.send.after-claim",
  "notify.send.before-record",
  "outbox.publish.before",
  "outbox.publish.after",
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** The moment at which this process ends, and how often it is passed before that. */
export interface Doom {
  readonly point: CrashPoint;
  readonly passes: number;
}

const DOOM = /^([a-z.-]+)(?:#([1-9][0-9]{0,5}))?$/;

/** Reads `orders.place.after-commit#3` (the third pass; the first where no number is given). Null for anything else. */
export const parseDoom = (text: string): Doom | null => {
  const [, name, pass = "1"] = DOOM.exec(text) ?? [];
  const point = crashPoints.find((known) => known === name);
  return point === undefined ? null : { point, passes: Number(pass) - 1 };
};

let armed: { readonly point: CrashPoint; passes: number } | null = null;

/** From now on the process ends by SIGKILL at that moment. */
export const armCrashPoint = ({ point, passes }: Doom): void => {
  armed = { point, passes };
};

/** Marks a moment at which a test may end the process; nothing otherwise. */
export const crashPoint = (point: CrashPoint): void => {
  if (armed?.point !== point) return;
  if (armed.passes > 0) armed.passes -= 1;
  else process.kill(process.pid, "SIGKILL");
};
