import { useSyncExternalStore } from "react";
import { ownKey } from "../../shared/sandbox-frame.ts";
import { type Cart, parseCart } from "./cart.ts";

const KEY = ownKey("kiosk.cart");
const listeners = new Set<() => void>();
let cart = parseCart(window.localStorage.getItem(KEY));

const tell = () => {
  for (const listener of listeners) listener();
};

window.addEventListener("storage", ({ key }) => {
  if (key !== KEY && key !== null) return;
  cart = parseCart(window.localStorage.getItem(KEY));
  tell();
});

const listen = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Changes the cart, in this tab and in all others. Reads it anew first: another tab may have changed it. */
export const changeCart = (change: (cart: Cart) => Cart): void => {
  cart = change(parseCart(window.localStorage.getItem(KEY)));
  window.localStorage.setItem(KEY, JSON.stringify(cart));
  tell();
};

/** The cart, which outlives reloads. */
export const useCart = (): Cart => useSyncExternalStore(listen, () => cart);
