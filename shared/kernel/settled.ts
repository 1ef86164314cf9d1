/** What became of one call of a batch. */
export type Settled<Result> = PromiseSettledResult<Result>;

export const settled = <Result>(value: Result): Settled<Result> => ({ status: "fulfilled", value });
export const refused = <Result>(reason: unknown): Settled<Result> => ({ status: "rejected", reason });
