import { type RefObject, useEffect, useRef } from "react";

/**
 * Where a change takes the control away that has the focus, the place that it was in gets the focus, not the top of the page. The place
 * takes a `tabIndex` of -1.
 */
export const useKeptFocus = (place: RefObject<HTMLElement | null>, shown: unknown): void => {
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    if (document.activeElement === document.body) place.current?.focus();
  }, [place, shown]);
};
