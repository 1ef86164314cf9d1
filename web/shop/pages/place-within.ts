/** A place of this shop that an address names; the first page for any other, since addresses are written by strangers too. */
export const placeWithin = (to: string | null): string => (to !== null && /^\/(?![/\\])/.test(to) ? to : "/");
