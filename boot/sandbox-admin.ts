/** The merchant of the sandbox: admin by default while the sandbox is on and no `ADMIN_PHONES` is set, never in production. */
export const SANDBOX_ADMIN_PHONE = "+15550100001";
