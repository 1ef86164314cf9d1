interface Framed {
  readonly contentWindow: { readonly location: Pick<Location, "protocol" | "pathname" | "search"> } | null;
}

/**
 * The place of this shop that a frame shows. Null where it shows none yet, or what nobody here may look at: a page of somebody else, or the
 * browser's own in place of one that could not be loaded.
 */
export const placeIn = (frame: Framed | null): string | null => {
  try {
    const place = frame?.contentWindow?.location;
    if (place === undefined || place.protocol === "about:") return null;
    return `${place.pathname}${place.search}`;
  } catch {
    return null;
  }
};
