import type { Permission } from "./permissions.ts";

/**
 * The routes that a right opens by itself, as the API documents name them. Rights that only widen what a customer's route
 * answers (all orders instead of the own) open none. Every route for staff or admins stands here exactly once:
 * `e2e/audiences.test.ts` compares this with what the services serve.
 */
export const routePermissions = {
  "catalog.write": [
    "POST /v1/products",
    "PATCH /v1/products/{id}",
    "PUT /v1/products/{id}",
    "DELETE /v1/products/{id}",
    "POST /v1/products/import",
    "GET /v1/products/imports",
    "GET /v1/products/imports/{id}",
    "GET /v1/products/imports/{id}/stream",
    "GET /v1/products/export",
    "POST /v1/categories",
    "PATCH /v1/categories/{id}",
    "DELETE /v1/categories/{id}",
  ],
  "stock.read": [
    "GET /v1/stock",
    "GET /v1/stock/{sku}",
    "GET /v1/stock/{sku}/movements",
    "GET /v1/stock/{sku}/explanation",
    "GET /v1/reservations",
    "GET /v1/reservations/{orderId}",
  ],
  "stock.write": ["PUT /v1/stock/{sku}", "POST /v1/stock/{sku}/adjustments", "POST /v1/stock/receipts"],
  "stock.delete": ["DELETE /v1/stock/{sku}"],
  "orders.read-all": ["GET /v1/orders/summary"],
  "orders.write-all": [
    "PATCH /v1/orders/{id}/status",
    "PUT /v1/orders/{id}/claim",
    "DELETE /v1/orders/{id}/claim",
  ],
  "orders.take-claim": [],
  "orders.archive": ["DELETE /v1/orders/{id}"],
  "notifications.read-all": [],
  "notifications.groups": [],
  "notifications.retry": ["POST /v1/notifications/{id}/retry"],
  "broadcast.send": [
    "POST /v1/broadcasts",
    "GET /v1/broadcasts",
    "GET /v1/broadcasts/{id}",
    "PATCH /v1/broadcasts/{id}",
    "DELETE /v1/broadcasts/{id}",
    "POST /v1/broadcasts/{id}/preview",
    "POST /v1/broadcasts/{id}/test",
    "POST /v1/broadcasts/{id}/start",
    "POST /v1/broadcasts/{id}/pause",
    "POST /v1/broadcasts/{id}/resume",
    "POST /v1/broadcasts/{id}/cancel",
  ],
  "webhooks.manage": [
    "POST /v1/webhooks",
    "GET /v1/webhooks",
    "GET /v1/webhooks/{id}",
    "PATCH /v1/webhooks/{id}",
    "DELETE /v1/webhooks/{id}",
    "POST /v1/webhooks/{id}/test",
    "POST /v1/webhooks/{id}/rotate",
  ],
  "ops.read": ["GET /v1/ops/parked", "GET /v1/ops/outbox", "GET /v1/ops/sagas"],
  "ops.replay": [
    "POST /v1/ops/parked/replay",
    "POST /v1/ops/parked/{id}/replay",
    "POST /v1/ops/sagas/{orderId}/retry",
  ],
  "ops.drop": ["POST /v1/ops/parked/{id}/drop"],
  "users.read": ["GET /v1/users", "GET /v1/users/{id}"],
  "users.manage": ["PATCH /v1/users/{id}"],
  "users.erase": ["DELETE /v1/users/{id}"],
  "audit.read": ["GET /v1/audit"],
} as const satisfies Record<Permission, readonly string[]>;
