/** How fast a promise has to be kept. Each is a number of the promise itself, never one that fits a machine. */
export const bounds = {
  /** An order that was taken is decided, from when it was taken or from the end of the last fault before its decision. */
  orderDecidedMs: 30_000,
  /** Cards that could go out become fewer within this time: somebody who was killed over one has it for ten seconds. */
  cardsMoveMs: 15_000,
  /** A replica and every live reader have what the owner has, from when the shop is ready again and its last client answered. */
  replicaAgreesMs: 5_000,
  /** The shop is ready again after one of its servers is back. */
  serverIsBackMs: 10_000,
  /** A session that has ended is refused everywhere. */
  sessionEndedMs: 1_000,
  /** The same while Redis or RabbitMQ is away. */
  sessionEndedWithoutServerMs: 5_000,
  /** A call for which there is no room is told so: the middle one of all that were. */
  refusedMs: 50,
  /** Orders that are taken in a flood, of the most that are taken in calm. */
  goodputShare: 0.9,
  /** A machine on which everything takes longer than so many times says nothing of how a shop bears a flood. */
  contention: 3,
} as const;

/**
 * What a bound comes to on the machine of a run: nobody can be held to a time in which nothing ran at all, so the longest stall of our own
 * clock while it was measured is added. Both figures stand in the report.
 */
export const allowedMs = (boundMs: number, stallMs: number): number => Math.round(boundMs + stallMs);
