import { type HttpConnection, openConnection } from "./http-connection.ts";

/** Connections that are being opened at once before the first request, at most. */
const OPENING_MAX = 64;

interface Place {
  connection: HttpConnection | null;
  /** When the request that is under way was written; null where none is. */
  sentAt: number | null;
}

/**
 * So many connections, each for one request at a time. A server closes those on which nothing comes for a while, as it may: that is no
 * error, and such a one is opened again when it is needed. One that ends while an answer is awaited is an error.
 */
export const openConnectionPool = async (
  url: string,
  size: number,
  onAnswer: (answer: string, sentAt: number) => void,
) => {
  const { hostname, port } = new URL(url);
  const places = Array.from({ length: size }, (): Place => ({ connection: null, sentAt: null }));
  /** The last one used is used first, so that the others are left alone. */
  const free: Place[] = [];
  const away: Place[] = [];
  let busy = 0;

  const answered = (place: Place, answer: string): void => {
    const { sentAt } = place;
    place.sentAt = null;
    if (sentAt === null) return;
    busy -= 1;
    onAnswer(answer, sentAt);
  };
  const open = async (place: Place): Promise<HttpConnection> => {
    place.connection = await openConnection({
      hostname,
      port: Number(port),
      onAnswer(status) {
        answered(place, String(status));
        free.push(place);
      },
      onBroken(reason) {
        place.connection = null;
        const at = free.indexOf(place);
        if (at >= 0) free.splice(at, 1);
        away.push(place);
        answered(place, reason);
      },
    });
    return place.connection;
  };
  const write = (place: Place, connection: HttpConnection, request: string): void => {
    place.sentAt = performance.now();
    connection.send(request);
  };
  const openAndWrite = (place: Place, request: string): void => {
    open(place).then(
      (connection) => write(place, connection, request),
      (error: unknown) => {
        away.push(place);
        busy -= 1;
        onAnswer(String(error), performance.now());
      },
    );
  };

  for (let from = 0; from < size; from += OPENING_MAX)
    await Promise.all(places.slice(from, from + OPENING_MAX).map(open));
  free.push(...places);

  return {
    /** Writes the request, at once where a connection is open; false where all of them are taken. */
    send(request: string): boolean {
      const place = free.pop();
      if (place?.connection) {
        busy += 1;
        write(place, place.connection, request);
        return true;
      }
      const other = away.pop();
      if (other === undefined) return false;
      busy += 1;
      openAndWrite(other, request);
      return true;
    },
    /** Connections that wait for something to send. */
    open: () => free.length,
    underWay: () => busy,
    /** Ends all connections; answers when the requests were written that nobody has answered. */
    close(): number[] {
      for (const { connection } of places) connection?.close();
      return places.flatMap(({ sentAt }) => sentAt ?? []);
    },
  };
};
