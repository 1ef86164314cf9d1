/** Makes a new identifier. Passed as an argument, so that a test can name its own. */
export type NewId = () => string;

/** UUIDv7 (RFC 9562): sorts by time of creation, so that an index grows at its end. */
export const newId: NewId = () => Bun.randomUUIDv7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);
