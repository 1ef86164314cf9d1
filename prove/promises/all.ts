import type { Breach, ProvenPromise } from "../promise.ts";
import { codesCannotBeGuessed } from "./codes.ts";
import { deployIsInvisible } from "./deploy-is-invisible.ts";
import { errorsTellNothing } from "./errors-tell-nothing.ts";
import { logoutMeansLogout } from "./logout.ts";
import { neverOversold } from "./never-oversold.ts";
import { noEventLost } from "./no-event-lost.ts";
import { noMessageTwice } from "./no-message-twice.ts";
import { noOrderLostOrStuck } from "./no-order-lost.ts";
import { overloadDegrades } from "./overload-degrades.ts";
import { replicasAgree } from "./replicas-agree.ts";
import { retriesAreSafe } from "./retries-are-safe.ts";
import { stolenTokensAreCaught } from "./stolen-tokens.ts";
import { survivesRestarts } from "./survives-restarts.ts";

/** Every promise, in the order of the report. */
export const promises: readonly ProvenPromise[] = [
  neverOversold,
  noOrderLostOrStuck,
  noEventLost,
  retriesAreSafe,
  noMessageTwice,
  replicasAgree,
  survivesRestarts,
  logoutMeansLogout,
  stolenTokensAreCaught,
  codesCannotBeGuessed,
  errorsTellNothing,
  deployIsInvisible,
  overloadDegrades,
];

/** What `--break` understands. */
export const breachNames: readonly string[] = promises.flatMap(({ breaches }) =>
  breaches.map(({ name }) => name),
);

/** The way to break a promise that has this name; null where there is none. */
export const breachNamed = (
  name: string,
): { readonly promise: ProvenPromise; readonly breach: Breach } | null => {
  for (const promise of promises)
    for (const breach of promise.breaches) if (breach.name === name) return { promise, breach };
  return null;
};
