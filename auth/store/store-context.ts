import type { NewId } from "../../shared/kernel/ids.ts";

/** What stores are told besides the connection. */
export interface StoreContext {
  readonly newId: NewId;
  /** The request being served, if any: it goes along with events and audit records. */
  readonly currentRequest: () =>
    | { readonly requestId?: string | undefined; readonly traceparent?: string | undefined }
    | undefined;
  readonly accessTtlSeconds: number;
}
