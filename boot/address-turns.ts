/** How long an address that failed is left alone, before one request may try whether it is back. */
export const ADDRESS_REST_MS = 1_000;
/**
 * The same for a request that cannot be sent again when its connection breaks: others find out whether the address is back. It tries
 * where none of them has come for so long.
 */
export const SURE_REST_MS = 5_000;

/** One request's turn at one address. It ends as one of the three; one that `failed` may still turn out to have worked. */
export interface Turn {
  readonly address: string;
  worked(): void;
  failed(): void;
  /** The caller went away before anything was known. */
  abandoned(): void;
}

export interface AddressTurns {
  /** The best address that is not among those tried already. Throws when all have been. `repeatable`: may be lost on the way, and sent again. */
  next(tried: ReadonlySet<string>, repeatable: boolean): Turn;
  /** Whether a service is there without this address, as far as anybody knows. */
  othersAreWell(address: string): boolean;
}

interface State {
  readonly address: string;
  failedAtMs: number | null;
  /** One request at a time finds out whether an address is back. */
  onTrial: boolean;
}

const turnAt = (state: State, nowMs: () => number): Turn => {
  const isTrial = state.failedAtMs !== null;
  if (isTrial) state.onTrial = true;
  const beganAtMs = nowMs();
  let ownFailureAtMs: number | null = null;
  const end = (failedAtMs: number | null) => {
    state.failedAtMs = failedAtMs;
    state.onTrial = false;
  };
  return {
    address: state.address,
    worked() {
      // What began before another failed says nothing of now: a process that stops answers what it has taken.
      const { failedAtMs } = state;
      const isNews = failedAtMs === null || failedAtMs <= beganAtMs || failedAtMs === ownFailureAtMs;
      if (isNews) end(null);
    },
    failed() {
      ownFailureAtMs = nowMs();
      end(ownFailureAtMs);
    },
    abandoned: () => {
      if (isTrial) state.onTrial = false;
    },
  };
};

/**
 * Shares requests out over the addresses of one service: each in its turn, those that failed a moment ago last. When none is
 * well all are tried, so that a service with one address is always asked.
 */
export const createAddressTurns = (
  addresses: readonly string[],
  nowMs: () => number = () => performance.now(),
): AddressTurns => {
  const states = addresses.map((address): State => ({ address, failedAtMs: null, onTrial: false }));
  let turns = 0;

  const mayBeAsked = ({ failedAtMs, onTrial }: State, restMs: number): boolean =>
    failedAtMs === null || (!onTrial && nowMs() - failedAtMs >= restMs);

  return {
    next(tried, repeatable) {
      const first = turns++ % states.length;
      const left = [...states.slice(first), ...states.slice(0, first)].filter(
        ({ address }) => !tried.has(address),
      );
      const restMs = repeatable ? ADDRESS_REST_MS : SURE_REST_MS;
      const state = left.find((each) => mayBeAsked(each, restMs)) ?? left[0];
      if (state === undefined) throw new Error("all addresses of the service have been tried");
      return turnAt(state, nowMs);
    },
    othersAreWell: (address) =>
      states.some((state) => state.address !== address && state.failedAtMs === null),
  };
};
