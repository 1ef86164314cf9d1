import { type LookupAddress, lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "../domain/network-address.ts";

/** A call that is not made: where it would go is none of its business. */
export class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress";
  readonly code = "EFORBIDDENADDRESS";

  constructor() {
    super("the address is none of the public internet");
  }
}

/** Every address of a name. Fails as the resolver does. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) =>
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    ),
  );

/**
 * Resolves a name once and hands on what may be connected to: the connection goes to an address that was looked at, so a name that resolves
 * to something else a moment later changes nothing (DNS rebinding). One forbidden address among several is enough to refuse.
 */
export const checkedLookup =
  (resolve: Resolve, mayConnect: (address: string) => boolean): LookupFunction =>
  (host, options, answer) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => mayConnect(address)))
          return answer(new ForbiddenAddress(), "", 0);
        if (options.all) return answer(null, [...addresses]);
        return answer(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => answer(error, "", 0),
    );
  };

/** To whom webhooks may be posted. */
export type AddressPolicy = "public" | "any";

/**
 * Which addresses a call may connect to: with `public` those of the internet. What is not encrypted never goes there, since its signature
 * would be for anybody to copy: http is for receivers of one's own network.
 */
export const mayConnectOf =
  (policy: AddressPolicy, protocol: string) =>
  (address: string): boolean =>
    protocol === "https:"
      ? policy === "any" || isPublicAddress(address)
      : policy === "any" && !isPublicAddress(address);
