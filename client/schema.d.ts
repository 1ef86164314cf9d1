// Made of docs/openapi.json by `bun run openapi`.

export interface paths {
  "/docs": {
    get: operations["showApiPage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/health": {
    get: operations["checkHealth"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/ready": {
    get: operations["checkReadiness"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/audit": {
    get: operations["listSecurityEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/login": {
    get?: never;
    put?: never;
    post: operations["signInByPassword"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/logout": {
    get?: never;
    put?: never;
    post: operations["signOut"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/logout-all": {
    get?: never;
    put?: never;
    post: operations["signOutEverywhere"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/oidc/{provider}/callback": {
    get: operations["returnFromProvider"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/oidc/{provider}/exchange": {
    get?: never;
    put?: never;
    post: operations["finishSignInByProvider"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/oidc/{provider}/start": {
    get: operations["beginSignInByProvider"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/otp/request": {
    get?: never;
    put?: never;
    post: operations["requestCode"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/otp/resend": {
    get?: never;
    put?: never;
    post: operations["resendCode"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/otp/verify": {
    get?: never;
    put?: never;
    post: operations["verifyCode"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/providers": {
    get: operations["listProviders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/refresh": {
    get?: never;
    put?: never;
    post: operations["refreshTokens"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/register": {
    get?: never;
    put?: never;
    post: operations["registerByPassword"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/telegram/miniapp": {
    get?: never;
    put?: never;
    post: operations["signInByMiniApp"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/telegram/oidc/callback": {
    get: operations["returnFromTelegram"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/telegram/oidc/exchange": {
    get?: never;
    put?: never;
    post: operations["finishSignInByTelegram"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/telegram/oidc/start": {
    get: operations["beginSignInByTelegram"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/telegram/widget": {
    get?: never;
    put?: never;
    post: operations["signInByWidget"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/auth/verify": {
    get?: never;
    put?: never;
    post: operations["introspectToken"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts": {
    get: operations["listBroadcasts"];
    put?: never;
    post: operations["createBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}": {
    get: operations["readBroadcast"];
    put?: never;
    post?: never;
    delete: operations["deleteBroadcast"];
    options?: never;
    head?: never;
    patch: operations["changeBroadcast"];
    trace?: never;
  };
  "/v1/broadcasts/{id}/cancel": {
    get?: never;
    put?: never;
    post: operations["cancelBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}/pause": {
    get?: never;
    put?: never;
    post: operations["pauseBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}/preview": {
    get?: never;
    put?: never;
    post: operations["previewBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}/resume": {
    get?: never;
    put?: never;
    post: operations["resumeBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}/start": {
    get?: never;
    put?: never;
    post: operations["startBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/broadcasts/{id}/test": {
    get?: never;
    put?: never;
    post: operations["testBroadcast"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/categories": {
    get: operations["listCategories"];
    put?: never;
    post: operations["createCategory"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/categories/{id}": {
    get: operations["readCategory"];
    put?: never;
    post?: never;
    delete: operations["deleteCategory"];
    options?: never;
    head?: never;
    patch: operations["changeCategory"];
    trace?: never;
  };
  "/v1/categories/{id}/products": {
    get: operations["listProductsOfCategory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications": {
    get: operations["listNotifications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/{id}/retry": {
    get?: never;
    put?: never;
    post: operations["retryNotification"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/back-in-stock": {
    get: operations["listAwaitedProducts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/back-in-stock/{sku}": {
    get: operations["readAwaitedProduct"];
    put: operations["awaitProduct"];
    post?: never;
    delete: operations["stopAwaitingProduct"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/email": {
    get?: never;
    put?: never;
    post: operations["askForMailConfirmation"];
    delete: operations["forgetMailAddress"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/email/confirm": {
    get?: never;
    put?: never;
    post: operations["confirmMailAddress"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/preferences": {
    get: operations["readPreferences"];
    put: operations["changePreferences"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/stream": {
    get: operations["followNotifications"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/notifications/unsubscribe/{token}": {
    get: operations["showUnsubscribePage"];
    put?: never;
    post: operations["unsubscribe"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/outbox": {
    get: operations["readOutbox"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/parked": {
    get: operations["listParkedMessages"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/parked/{id}/drop": {
    get?: never;
    put?: never;
    post: operations["dropParkedMessage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/parked/{id}/replay": {
    get?: never;
    put?: never;
    post: operations["replayParkedMessage"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/parked/replay": {
    get?: never;
    put?: never;
    post: operations["replayParkedMessages"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/sagas": {
    get: operations["listSagas"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/ops/sagas/{orderId}/retry": {
    get?: never;
    put?: never;
    post: operations["retrySaga"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders": {
    get: operations["listOrders"];
    put?: never;
    post: operations["placeOrder"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{id}": {
    get: operations["readOrder"];
    put?: never;
    post?: never;
    delete: operations["archiveOrder"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{id}/cancel": {
    get?: never;
    put?: never;
    post: operations["cancelOrder"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{id}/claim": {
    get?: never;
    put: operations["claimOrder"];
    post?: never;
    delete: operations["unclaimOrder"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{id}/explanation": {
    get: operations["explainOrder"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/{id}/lines/{lineId}": {
    get?: never;
    put: operations["replaceOrderLine"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations["changeOrderLine"];
    trace?: never;
  };
  "/v1/orders/{id}/status": {
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations["moveOrder"];
    trace?: never;
  };
  "/v1/orders/{id}/timeline": {
    get: operations["readOrderTimeline"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/stream": {
    get: operations["followOrders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/orders/summary": {
    get: operations["summariseOrders"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products": {
    get: operations["listProducts"];
    put?: never;
    post: operations["createProduct"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products/{id}": {
    get: operations["readProduct"];
    put: operations["replaceProduct"];
    post?: never;
    delete: operations["deleteProduct"];
    options?: never;
    head?: never;
    patch: operations["changeProduct"];
    trace?: never;
  };
  "/v1/products/export": {
    get: operations["exportProducts"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products/import": {
    get?: never;
    put?: never;
    post: operations["importProducts"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products/imports": {
    get: operations["listImports"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products/imports/{id}": {
    get: operations["readImport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/products/imports/{id}/stream": {
    get: operations["followImport"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reservations": {
    get: operations["listReservations"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/reservations/{orderId}": {
    get: operations["readReservation"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock": {
    get: operations["listStock"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/{sku}": {
    get: operations["readStock"];
    put: operations["correctStock"];
    post?: never;
    delete: operations["deleteStock"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/{sku}/adjustments": {
    get?: never;
    put?: never;
    post: operations["adjustStock"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/{sku}/explanation": {
    get: operations["explainStock"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/{sku}/movements": {
    get: operations["listMovements"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/receipts": {
    get?: never;
    put?: never;
    post: operations["receiveStock"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/stock/stream": {
    get: operations["followStock"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users": {
    get: operations["listUsers"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/{id}": {
    get: operations["readUser"];
    put?: never;
    post?: never;
    delete: operations["eraseUser"];
    options?: never;
    head?: never;
    patch: operations["changeUser"];
    trace?: never;
  };
  "/v1/users/erasures/{id}": {
    get: operations["readErasure"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/me": {
    get: operations["readProfile"];
    put: operations["replaceProfile"];
    post?: never;
    delete: operations["eraseMe"];
    options?: never;
    head?: never;
    patch: operations["changeProfile"];
    trace?: never;
  };
  "/v1/users/me/export": {
    get: operations["exportMyData"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/me/password": {
    get?: never;
    put: operations["changePassword"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/me/sessions": {
    get: operations["listSessions"];
    put?: never;
    post?: never;
    delete: operations["endOtherSessions"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/users/me/sessions/{id}": {
    get?: never;
    put?: never;
    post?: never;
    delete: operations["endSession"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks": {
    get: operations["listWebhooks"];
    put?: never;
    post: operations["createWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}": {
    get: operations["readWebhook"];
    put?: never;
    post?: never;
    delete: operations["deleteWebhook"];
    options?: never;
    head?: never;
    patch: operations["changeWebhook"];
    trace?: never;
  };
  "/v1/webhooks/{id}/rotate": {
    get?: never;
    put?: never;
    post: operations["rotateWebhookSecret"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/webhooks/{id}/test": {
    get?: never;
    put?: never;
    post: operations["testWebhook"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export interface operations {
  showApiPage: {
    /** This document as a page */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Swagger UI */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/html": string;
        };
      };
    };
  };
  checkHealth: {
    /** Is every service alive? */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** All of them */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            status: "ok" | "degraded" | "ready" | "not-ready";
            services: {
              auth?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              catalog?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              inventory?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              orders?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              notify?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
            };
          };
        };
      };
      /** One of them is not: the same shape says which */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            status: "ok" | "degraded" | "ready" | "not-ready";
            services: {
              auth?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              catalog?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              inventory?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              orders?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              notify?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
            };
          };
        };
      };
    };
  };
  checkReadiness: {
    /** Can every service do its work? */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** All of them */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            status: "ok" | "degraded" | "ready" | "not-ready";
            services: {
              auth?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              catalog?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              inventory?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              orders?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              notify?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
            };
          };
        };
      };
      /** One of them is not: the same shape says which */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            status: "ok" | "degraded" | "ready" | "not-ready";
            services: {
              auth?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              catalog?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              inventory?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              orders?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
              notify?: {
                status: "ok" | "down" | "not-ready";
                responseTimeMs: number;
                /** of the gateway's own way to the service */
                breaker: "closed" | "open" | "half-open";
                /** what the service depends on, each with its state */
                dependencies?: Record<string, unknown>[];
              };
            };
          };
        };
      };
    };
  };
  listSecurityEvents: {
    /** Security events */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** UUIDv7 */
        userId?: string;
        kind?:
          | "signed-in"
          | "stepped-up"
          | "password-refused"
          | "password-set"
          | "code-refused"
          | "codes-closed"
          | "sign-in-refused"
          | "challenge-denied"
          | "session-denied"
          | "contact-refused"
          | "user-created"
          | "phone-bound"
          | "phone-released"
          | "session-revoked"
          | "token-reused"
          | "role-changed"
          | "status-changed"
          | "user-deleted"
          | "signing-key-added"
          | "signing-key-revoked";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              id: string;
              /** RFC 3339, UTC */
              at: string;
              kind:
                | "signed-in"
                | "stepped-up"
                | "password-refused"
                | "password-set"
                | "code-refused"
                | "codes-closed"
                | "sign-in-refused"
                | "challenge-denied"
                | "session-denied"
                | "contact-refused"
                | "user-created"
                | "phone-bound"
                | "phone-released"
                | "session-revoked"
                | "token-reused"
                | "role-changed"
                | "status-changed"
                | "user-deleted"
                | "signing-key-added"
                | "signing-key-revoked";
              userId: string | null;
              actorId: string | null;
              sessionId: string | null;
              challengeId: string | null;
              telegramUserId: number | null;
              ip: string | null;
              userAgent: string | null;
              detail: string | null;
              requestId: string | null;
            }[];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  signInByPassword: {
    /** Sign in by password */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | {
              /** unique, whatever its case */
              username: string;
              password: string;
            }
          | {
              /** unique, whatever its case; not verified */
              email: string;
              password: string;
            };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  signOut: {
    /** Sign out here */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  signOutEverywhere: {
    /** Sign out everywhere */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  returnFromProvider: {
    /** Sign in with a provider: come back */
    parameters: {
      query?: {
        /** as it was sent */
        state?: string;
        /** good once, for us alone */
        code?: string;
        /** instead of a code */
        error?: string;
        /** who answers (RFC 9207) */
        iss?: string;
      };
      header?: never;
      path: {
        provider: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** the way on, in `Location` */
      303: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  finishSignInByProvider: {
    /** Sign in with a provider: get the tokens */
    parameters: {
      query?: never;
      header?: never;
      path: {
        provider: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** signInCode of the address */
          code: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  beginSignInByProvider: {
    /** Sign in with a provider: begin */
    parameters: {
      query?: {
        /** where to come back to: a path of the shop, or a page of an origin in ALLOWED_ORIGINS */
        returnTo?: string;
      };
      header?: never;
      path: {
        provider: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** the way on, in `Location` */
      303: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  requestCode: {
    /** Begin a sign-in */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json":
          | {
              /** with country code */
              phone: string;
              /** what the code is to be good for */
              purpose?: "login";
            }
          | {
              link: true;
              /** what the code is to be good for */
              purpose?: "login";
            }
          | {
              /** a fresh code for who is signed in, for a risky call */
              purpose: "step-up";
              /** what the code is for, named in the message and good for that alone; all of them without it */
              action?:
                | "users.manage"
                | "users.erase"
                | "ops.drop"
                | "admin.sign-in"
                | "orders.refund"
                | "broadcast.send"
                | "password.set";
            };
      };
    };
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            challengeId: string;
            /** known to who began the sign-in alone */
            challengeSecret: string;
            /** opens the bot; the code comes there */
            deepLink: string;
            /** RFC 3339, UTC */
            expiresAt: string;
            /** seconds until another code may be asked for */
            resendAfter: number;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  resendCode: {
    /** Ask for another code */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** UUIDv7 */
          challengeId: string;
          /** known to who began the sign-in alone */
          challengeSecret: string;
        };
      };
    };
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            challengeId: string;
            /** RFC 3339, UTC */
            expiresAt: string;
            /** seconds until another code may be asked for */
            resendAfter: number;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  verifyCode: {
    /** Finish a sign-in */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** UUIDv7 */
          challengeId: string;
          /** known to who began the sign-in alone */
          challengeSecret?: string;
          code: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json":
            | components["schemas"]["SignedIn"]
            | {
                /** JWT of the same session, with the proof */
                accessToken: string;
                tokenType: "Bearer";
                /** seconds that the access token lives */
                expiresIn: number;
                stepUp: {
                  action:
                    | "users.manage"
                    | "users.erase"
                    | "ops.drop"
                    | "admin.sign-in"
                    | "orders.refund"
                    | "broadcast.send"
                    | "password.set"
                    | null;
                  /** RFC 3339, UTC */
                  endsAt: string;
                };
                user: components["schemas"]["User"];
              };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listProviders: {
    /** List the providers that one can sign in with */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** `telegram`, or as OIDC_PROVIDERS names it */
              name: string;
              /** `…/start` begins a sign-in, `…/exchange` ends it */
              path: string;
            }[];
          };
        };
      };
    };
  };
  refreshTokens: {
    /** Get a new pair of tokens */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          refreshToken: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["TokenPair"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  registerByPassword: {
    /** Register with a password */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** unique, whatever its case */
          username: string;
          /** unique, whatever its case; not verified */
          email: string;
          /** 12 to 128 characters after NFKC; none of those that are tried first, and no name of yours in it */
          password: string;
        };
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  signInByMiniApp: {
    /** Sign in from a Mini App */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Telegram.WebApp.initData, as it is */
          initData: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  returnFromTelegram: {
    /** Log in with Telegram: come back */
    parameters: {
      query?: {
        /** as it was sent */
        state?: string;
        /** good once, for us alone */
        code?: string;
        /** instead of a code */
        error?: string;
        /** who answers (RFC 9207) */
        iss?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** the way on, in `Location` */
      303: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  finishSignInByTelegram: {
    /** Log in with Telegram: get the tokens */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** signInCode of the address */
          code: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  beginSignInByTelegram: {
    /** Log in with Telegram: begin */
    parameters: {
      query?: {
        /** where to come back to: a path of the shop, or a page of an origin in ALLOWED_ORIGINS */
        returnTo?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** the way on, in `Location` */
      303: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  signInByWidget: {
    /** Sign in by the legacy login widget */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          id: number;
          first_name?: string;
          last_name?: string;
          username?: string;
          photo_url?: string;
          /** Unix time, seconds */
          auth_date: number;
          hash: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["SignedIn"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  introspectToken: {
    /** Ask whose access token it is */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          token: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            valid: boolean;
            /** UUIDv7 */
            userId?: string;
            role?: "customer" | "staff" | "admin";
            username?: string | null;
            /** RFC 3339, UTC */
            expiresAt?: string;
          };
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listBroadcasts: {
    /** List broadcasts */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** draft → running ⇄ paused → done or cancelled */
        state?: "draft" | "running" | "paused" | "done" | "cancelled";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              id: string;
              /** draft → running ⇄ paused → done or cancelled */
              state: "draft" | "running" | "paused" | "done" | "cancelled";
              /** counts changes; the ETag */
              version: number;
              /** one language at least */
              texts: {
                /** plain words; a language that is left out gets the other's */
                en?: string;
                /** plain words; a language that is left out gets the other's */
                ar?: string;
              };
              /** among those who have chosen to get offers */
              audience: {
                languages: ("en" | "ar")[] | null;
              };
              createdBy: string | null;
              /** RFC 3339, UTC */
              createdAt: string;
              /** RFC 3339, UTC */
              updatedAt: string;
              startedBy: string | null;
              startedAt: string | null;
              endedAt: string | null;
              recipients: number | null;
            }[];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createBroadcast: {
    /** Draft a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** one language at least */
          texts: {
            /** plain words; a language that is left out gets the other's */
            en?: string;
            /** plain words; a language that is left out gets the other's */
            ar?: string;
          };
          /** among those who have chosen to get offers */
          audience?: {
            languages: ("en" | "ar")[] | null;
          };
        };
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readBroadcast: {
    /** Read a broadcast and its progress */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
            progress: {
              /** for how many it was when it began; the sum of the following */
              recipients: number;
              /** have not had their turn, or are under way */
              pending: number;
              /** Telegram has it */
              sent: number;
              /** have stopped the bot, or are gone from Telegram */
              blocked: number;
              /** it may have arrived; it is not sent again */
              unknown: number;
              /** refused by Telegram */
              failed: number;
              /** do not want it any more, or it was cancelled before their turn */
              suppressed: number;
              /** waited for a day, as in an outage */
              expired: number;
              secondsLeft: number | null;
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeBroadcast: {
    /** Change a draft */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** one language at least */
          texts?: {
            /** plain words; a language that is left out gets the other's */
            en?: string;
            /** plain words; a language that is left out gets the other's */
            ar?: string;
          };
          /** among those who have chosen to get offers */
          audience?: {
            languages: ("en" | "ar")[] | null;
          };
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteBroadcast: {
    /** Delete a draft */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancelBroadcast: {
    /** Cancel a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
            progress: {
              /** for how many it was when it began; the sum of the following */
              recipients: number;
              /** have not had their turn, or are under way */
              pending: number;
              /** Telegram has it */
              sent: number;
              /** have stopped the bot, or are gone from Telegram */
              blocked: number;
              /** it may have arrived; it is not sent again */
              unknown: number;
              /** refused by Telegram */
              failed: number;
              /** do not want it any more, or it was cancelled before their turn */
              suppressed: number;
              /** waited for a day, as in an outage */
              expired: number;
              secondsLeft: number | null;
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  pauseBroadcast: {
    /** Pause a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
            progress: {
              /** for how many it was when it began; the sum of the following */
              recipients: number;
              /** have not had their turn, or are under way */
              pending: number;
              /** Telegram has it */
              sent: number;
              /** have stopped the bot, or are gone from Telegram */
              blocked: number;
              /** it may have arrived; it is not sent again */
              unknown: number;
              /** refused by Telegram */
              failed: number;
              /** do not want it any more, or it was cancelled before their turn */
              suppressed: number;
              /** waited for a day, as in an outage */
              expired: number;
              secondsLeft: number | null;
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  previewBroadcast: {
    /** Preview a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** would get it now */
            recipients: number;
            previews: {
              /** a language of messages */
              locale: "en" | "ar";
              /** as it is read */
              text: string;
              /** as Telegram is given it, with parse_mode HTML */
              html: string;
              /** UTF-16 units of the text */
              length: number;
              /** what Telegram takes */
              lengthMax: number;
              fits: boolean;
              /** it was not written in this language */
              isFallback: boolean;
              /** would get it so now */
              recipients: number;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  resumeBroadcast: {
    /** Resume a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
            progress: {
              /** for how many it was when it began; the sum of the following */
              recipients: number;
              /** have not had their turn, or are under way */
              pending: number;
              /** Telegram has it */
              sent: number;
              /** have stopped the bot, or are gone from Telegram */
              blocked: number;
              /** it may have arrived; it is not sent again */
              unknown: number;
              /** refused by Telegram */
              failed: number;
              /** do not want it any more, or it was cancelled before their turn */
              suppressed: number;
              /** waited for a day, as in an outage */
              expired: number;
              secondsLeft: number | null;
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  startBroadcast: {
    /** Start a broadcast */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** draft → running ⇄ paused → done or cancelled */
            state: "draft" | "running" | "paused" | "done" | "cancelled";
            /** counts changes; the ETag */
            version: number;
            /** one language at least */
            texts: {
              /** plain words; a language that is left out gets the other's */
              en?: string;
              /** plain words; a language that is left out gets the other's */
              ar?: string;
            };
            /** among those who have chosen to get offers */
            audience: {
              languages: ("en" | "ar")[] | null;
            };
            createdBy: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            startedBy: string | null;
            startedAt: string | null;
            endedAt: string | null;
            recipients: number | null;
            progress: {
              /** for how many it was when it began; the sum of the following */
              recipients: number;
              /** have not had their turn, or are under way */
              pending: number;
              /** Telegram has it */
              sent: number;
              /** have stopped the bot, or are gone from Telegram */
              blocked: number;
              /** it may have arrived; it is not sent again */
              unknown: number;
              /** refused by Telegram */
              failed: number;
              /** do not want it any more, or it was cancelled before their turn */
              suppressed: number;
              /** waited for a day, as in an outage */
              expired: number;
              secondsLeft: number | null;
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  testBroadcast: {
    /** Send a broadcast to oneself */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** in which language; that of one's messages where it is left out */
          language?: "en" | "ar";
        };
      };
    };
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            notificationId: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listCategories: {
    /** The category tree */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Category"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** Not Modified */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
    };
  };
  createCategory: {
    /** Creates a category */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          parentId?: string | null;
          /** among its siblings, 0 for the first; beyond the last it is the last */
          position?: number;
        };
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Category"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readCategory: {
    /** Reads a category by id or slug */
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Category"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeCategory: {
    /** Renames or moves a category */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          parentId?: string | null;
          /** among its siblings, 0 for the first; beyond the last it is the last */
          position?: number;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Category"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteCategory: {
    /** Deletes an empty category */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listProductsOfCategory: {
    /** Lists the products of a category and of all below it */
    parameters: {
      query?: {
        /** words in any order, begun or whole, of names, SKUs, barcodes, categories, attributes and descriptions; without regard to case and accents. Where nothing has them, words that are written almost so */
        q?: string;
        /** in minor units, itself included */
        minPrice?: number;
        /** in minor units, itself included */
        maxPrice?: number;
        /** true: what can be bought now; false: what is sold out */
        inStock?: "true" | "false";
        /** name:value, several with commas: one name's values are alternatives, different names all have to fit. The facets have each value so written. A comma, a colon or a backslash within gets a backslash before it */
        attributes?: string;
        /** whether the facets are counted; unless said so, on a first page only */
        facets?: "true" | "false";
        /** for staff; the public sees active ones only */
        status?: "draft" | "active" | "archived";
        /** relevance where there is a q, else newest */
        sort?: "relevance" | "popular" | "price" | "-price" | "name" | "newest";
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["ProductPage"];
        };
      };
      /** Not Modified */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listNotifications: {
    /** List notifications */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** unknown: it may have arrived, and is not sent again by itself */
        state?: "pending" | "sending" | "sent" | "failed" | "unknown" | "suppressed" | "expired";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Notification"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  retryNotification: {
    /** Send a notification again */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Notification"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listAwaitedProducts: {
    /** List the products that one waits for */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              sku: string;
              /** RFC 3339, UTC */
              since: string;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readAwaitedProduct: {
    /** Whether one waits for a product */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            sku: string;
            /** RFC 3339, UTC */
            since: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  awaitProduct: {
    /** Wait for a product */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            sku: string;
            /** RFC 3339, UTC */
            since: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  stopAwaitingProduct: {
    /** Wait for a product no more */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  askForMailConfirmation: {
    /** Have mail sent to the account's address */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** `confirmed`: mail is on */
            state: "unconfirmed" | "confirmed" | "bad";
            codeExpiresAt: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  forgetMailAddress: {
    /** No more mail */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  confirmMailAddress: {
    /** Type the mailed code in */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          code: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** `confirmed`: mail is on */
            state: "unconfirmed" | "confirmed" | "bad";
            codeExpiresAt: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readPreferences: {
    /** Read what one is told of */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            categories: {
              /** cards and headlines of own orders; on by default */
              orders?: boolean;
              /** products that were waited for; on by default */
              backInStock?: boolean;
              /** offers of the shop; off until it is chosen */
              marketing?: boolean;
              /** staff only: orders that come, change and end */
              orderAlerts?: boolean;
              /** staff only: stock that runs low and comes back */
              stockAlerts?: boolean;
            };
            quietHours: {
              from: string;
              to: string;
            } | null;
            /** the account's, by which quiet hours go */
            timezone: string;
            language: "en" | "ar" | null;
            channels: {
              /** true once the address is confirmed */
              email: boolean;
              webhook: boolean;
            };
            /** unconfirmed: a code was mailed; bad: there is no such mailbox; unavailable: the shop sends no mail */
            email: "off" | "unconfirmed" | "confirmed" | "bad" | "unavailable";
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changePreferences: {
    /** Choose what one is told of */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          categories: {
            /** cards and headlines of own orders; on by default */
            orders?: boolean;
            /** products that were waited for; on by default */
            backInStock?: boolean;
            /** offers of the shop; off until it is chosen */
            marketing?: boolean;
            /** staff only: orders that come, change and end */
            orderAlerts?: boolean;
            /** staff only: stock that runs low and comes back */
            stockAlerts?: boolean;
          };
          quietHours: {
            from: string;
            to: string;
          } | null;
          language: "en" | "ar" | null;
          /** beside the bot; what is left out stays as it is */
          channels?: {
            /** copies by mail; true mails a code to the account's address, and only that code switches it on */
            email?: boolean;
            /** copies to the systems that hand messages on to phones, where the shop has such */
            webhook?: boolean;
          };
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            categories: {
              /** cards and headlines of own orders; on by default */
              orders?: boolean;
              /** products that were waited for; on by default */
              backInStock?: boolean;
              /** offers of the shop; off until it is chosen */
              marketing?: boolean;
              /** staff only: orders that come, change and end */
              orderAlerts?: boolean;
              /** staff only: stock that runs low and comes back */
              stockAlerts?: boolean;
            };
            quietHours: {
              from: string;
              to: string;
            } | null;
            /** the account's, by which quiet hours go */
            timezone: string;
            language: "en" | "ar" | null;
            channels: {
              /** true once the address is confirmed */
              email: boolean;
              webhook: boolean;
            };
            /** unconfirmed: a code was mailed; bad: there is no such mailbox; unavailable: the shop sends no mail */
            email: "off" | "unconfirmed" | "confirmed" | "bad" | "unavailable";
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  followNotifications: {
    /** Stream notifications */
    parameters: {
      query?: {
        feed?: "admin";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Server-Sent Events, until either side ends it */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/event-stream": string;
        };
      };
    };
  };
  showUnsubscribePage: {
    /** The page behind the link of a mail with offers */
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content?: never;
      };
    };
  };
  unsubscribe: {
    /** No more offers */
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content?: never;
      };
    };
  };
  readOutbox: {
    /** See what waits to be published */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** whose outbox it is */
              service: "auth" | "catalog" | "inventory" | "orders";
              /** events that wait, counted to 100,000 at most */
              unsent: number;
              /** age of the oldest; 0 when none waits */
              oldestSeconds: number;
              /** publishing attempts that failed with the oldest */
              failedAttempts: number;
              /** an instance is publishing just now */
              relaying: boolean;
            }[];
            /** services that did not answer: what they have is not in here */
            unavailable: string[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listParkedMessages: {
    /** List parked messages */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** parked: it waits for a person */
        state?: "parked" | "replayed" | "dropped";
        /** the service that could not handle it */
        service?: "catalog" | "orders" | "notify";
        /** such as orders.catalog-events */
        queue?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              id: string;
              /** the service that could not handle it */
              service: "catalog" | "orders" | "notify";
              queue: string;
              eventId: string | null;
              /** the event's; `malformed` where the message was none */
              type: string;
              subject: string | null;
              /** why the last attempt failed */
              error: string;
              /** replays included */
              attempts: number;
              /** RFC 3339, UTC */
              parkedAt: string;
              /** parked: it waits for a person */
              state: "parked" | "replayed" | "dropped";
              resolvedAt: string | null;
              resolution: string | null;
              event: Record<string, unknown> | null;
              raw: string | null;
            }[];
            nextCursor: string | null;
            /** services that did not answer: what they have is not in here */
            unavailable: string[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  dropParkedMessage: {
    /** Give a parked message up */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          reason: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** the service that could not handle it */
            service: "catalog" | "orders" | "notify";
            queue: string;
            eventId: string | null;
            /** the event's; `malformed` where the message was none */
            type: string;
            subject: string | null;
            /** why the last attempt failed */
            error: string;
            /** replays included */
            attempts: number;
            /** RFC 3339, UTC */
            parkedAt: string;
            /** parked: it waits for a person */
            state: "parked" | "replayed" | "dropped";
            resolvedAt: string | null;
            resolution: string | null;
            event: Record<string, unknown> | null;
            raw: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  replayParkedMessage: {
    /** Replay a parked message */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** the service that could not handle it */
            service: "catalog" | "orders" | "notify";
            queue: string;
            eventId: string | null;
            /** the event's; `malformed` where the message was none */
            type: string;
            subject: string | null;
            /** why the last attempt failed */
            error: string;
            /** replays included */
            attempts: number;
            /** RFC 3339, UTC */
            parkedAt: string;
            /** parked: it waits for a person */
            state: "parked" | "replayed" | "dropped";
            resolvedAt: string | null;
            resolution: string | null;
            event: Record<string, unknown> | null;
            raw: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  replayParkedMessages: {
    /** Replay parked messages */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** the service that could not handle it */
          service?: "catalog" | "orders" | "notify";
          /** such as orders.catalog-events */
          queue?: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** messages that were handled */
            replayed: number;
            /** messages that stay parked */
            failed: {
              /** UUIDv7 */
              id: string;
              error: string;
            }[];
            /** messages that this call did not come to */
            remaining: number;
            /** services that did not answer: what they have is not in here */
            unavailable: string[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listSagas: {
    /** List orders that wait for another service */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        step?:
          | "reserving"
          | "paying"
          | "securing"
          | "changing"
          | "fulfilling"
          | "returning"
          | "releasing"
          | "voiding";
        /** true: only those that a person should look at */
        stuck?: "true" | "false";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              orderId: string;
              /** the order's, for people */
              number: string;
              orderStatus:
                | "pending"
                | "confirmed"
                | "rejected"
                | "packed"
                | "shipped"
                | "delivered"
                | "cancelled"
                | "returned";
              /** what is being done about the order */
              step: string;
              /** the saga's: rises with every ask and every answer */
              version: number;
              /** times that the present step has been asked for */
              attempts: number;
              nextAt: string | null;
              /** RFC 3339, UTC */
              updatedAt: string;
              /** when the order was placed */
              createdAt: string;
              problem: string | null;
              /** asked for so often that a person should look */
              stuck: boolean;
            }[];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  retrySaga: {
    /** Ask again at once */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        orderId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            orderId: string;
            /** the order's, for people */
            number: string;
            orderStatus:
              | "pending"
              | "confirmed"
              | "rejected"
              | "packed"
              | "shipped"
              | "delivered"
              | "cancelled"
              | "returned";
            /** what is being done about the order */
            step: string;
            /** the saga's: rises with every ask and every answer */
            version: number;
            /** times that the present step has been asked for */
            attempts: number;
            nextAt: string | null;
            /** RFC 3339, UTC */
            updatedAt: string;
            /** when the order was placed */
            createdAt: string;
            problem: string | null;
            /** asked for so often that a person should look */
            stuck: boolean;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  placeOrder: {
    /** Place an order */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewOrder"];
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** OUT_OF_STOCK with the short lines, or CONFLICT */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
              pointer: string;
              message: string;
            }[];
            /** UUIDv7 */
            orderId?: string;
            shortages?: {
              sku: string;
              requested: number;
              available: number;
            }[];
            lines?: {
              /** place in the request's lines, from 0 */
              index: number;
              sku: string;
              /** UUIDv7 */
              productId: string;
              name: string;
              quantity: number;
              available: number;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listOrders: {
    /** List orders */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        status?:
          | "pending"
          | "confirmed"
          | "rejected"
          | "packed"
          | "shipped"
          | "delivered"
          | "cancelled"
          | "returned";
        /** UUIDv7 */
        userId?: string;
        /** true, for staff: those that were archived, and no others */
        archived?: "true" | "false";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Order"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readOrder: {
    /** Read an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** Not Modified */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  archiveOrder: {
    /** Archive an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  cancelOrder: {
    /** Cancel an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          reason?: string | null;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  claimOrder: {
    /** Claim an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** CONFLICT, with who has claimed the order where that is why */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
              pointer: string;
              message: string;
            }[];
            /** UUIDv7 */
            claimedBy?: string;
          };
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  unclaimOrder: {
    /** Give a claimed order back */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** CONFLICT, with who has claimed the order where that is why */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
              pointer: string;
              message: string;
            }[];
            /** UUIDv7 */
            claimedBy?: string;
          };
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  explainOrder: {
    /** Explain an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** Its id, or its number as people write it: `K-000041`, `41` */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["OrderExplanation"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeOrderLine: {
    /** Change the quantity of a line */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
        /** UUIDv7 */
        lineId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          quantity: number;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** OUT_OF_STOCK with the short lines, or CONFLICT */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
              pointer: string;
              message: string;
            }[];
            /** UUIDv7 */
            orderId?: string;
            shortages?: {
              sku: string;
              requested: number;
              available: number;
            }[];
            lines?: {
              /** place in the request's lines, from 0 */
              index: number;
              sku: string;
              /** UUIDv7 */
              productId: string;
              name: string;
              quantity: number;
              available: number;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  replaceOrderLine: {
    /** Change the quantity of a line */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
        /** UUIDv7 */
        lineId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          quantity: number;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** OUT_OF_STOCK with the short lines, or CONFLICT */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            requestId: string;
            errors?: {
              pointer: string;
              message: string;
            }[];
            /** UUIDv7 */
            orderId?: string;
            shortages?: {
              sku: string;
              requested: number;
              available: number;
            }[];
            lines?: {
              /** place in the request's lines, from 0 */
              index: number;
              sku: string;
              /** UUIDv7 */
              productId: string;
              name: string;
              quantity: number;
              available: number;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  moveOrder: {
    /** Move an order on */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          status:
            | "pending"
            | "confirmed"
            | "rejected"
            | "packed"
            | "shipped"
            | "delivered"
            | "cancelled"
            | "returned";
          reason?: string | null;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Order"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readOrderTimeline: {
    /** What happened to an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Timeline"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  followOrders: {
    /** Follow orders */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Server-Sent Events, until either side ends it */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/event-stream": string;
        };
      };
    };
  };
  summariseOrders: {
    /** Sum orders up */
    parameters: {
      query: {
        /** the first moment, RFC 3339 */
        from: string;
        /** the moment before which it ends, 31 days after the first at most */
        to: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** RFC 3339, UTC */
            from: string;
            /** RFC 3339, UTC */
            to: string;
            /** orders that were placed in this time */
            count: number;
            /** as they are now; statuses that none has are left out */
            byStatus: {
              pending?: number;
              confirmed?: number;
              rejected?: number;
              packed?: number;
              shipped?: number;
              delivered?: number;
              cancelled?: number;
              returned?: number;
            };
            /** what confirmed, packed, shipped and delivered orders come to, an amount a currency */
            revenue: {
              /** in minor units */
              amountMinor: number;
              /** ISO 4217 */
              currency: string;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listProducts: {
    /** Lists and searches products */
    parameters: {
      query?: {
        /** words in any order, begun or whole, of names, SKUs, barcodes, categories, attributes and descriptions; without regard to case and accents. Where nothing has them, words that are written almost so */
        q?: string;
        /** in minor units, itself included */
        minPrice?: number;
        /** in minor units, itself included */
        maxPrice?: number;
        /** true: what can be bought now; false: what is sold out */
        inStock?: "true" | "false";
        /** name:value, several with commas: one name's values are alternatives, different names all have to fit. The facets have each value so written. A comma, a colon or a backslash within gets a backslash before it */
        attributes?: string;
        /** whether the facets are counted; unless said so, on a first page only */
        facets?: "true" | "false";
        /** for staff; the public sees active ones only */
        status?: "draft" | "active" | "archived";
        /** relevance where there is a q, else newest */
        sort?: "relevance" | "popular" | "price" | "-price" | "name" | "newest";
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** id or slug; with all categories below it */
        category?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["ProductPage"];
        };
      };
      /** Not Modified */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createProduct: {
    /** Creates a product */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["NewProduct"];
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Product"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readProduct: {
    /** Reads a product by id, slug or SKU */
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Product"];
        };
      };
      /** Not Modified */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeProduct: {
    /** Changes a product */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProductChanges"];
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Product"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  replaceProduct: {
    /** Changes a product, as PATCH does */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProductChanges"];
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Product"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteProduct: {
    /** Deletes a product */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  exportProducts: {
    /** Export all products as CSV */
    parameters: {
      query?: {
        /** only active products are shown to the public */
        status?: "draft" | "active" | "archived";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** UTF-8, commas, a header row */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/csv": unknown;
        };
      };
    };
  };
  importProducts: {
    /** Import products by CSV */
    parameters: {
      query?: {
        /** true: changes nothing, and answers what would be */
        dryRun?: "true" | "false";
        /** To follow the import by, and to repeat it: an `Idempotency-Key` that is a UUID does the same */
        importId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            dryRun: boolean;
            format: "kiosk" | "shopify" | "order-lines";
            /** Rows that have been read: accepted + corrected + bad at the end */
            rows: number;
            /** Rows that stand as they are */
            accepted: number;
            /** Rows that stand with something put right */
            corrected: number;
            /** Rows that were not imported */
            bad: number;
            /** Products that were made */
            created: number;
            /** Products that were changed */
            changed: number;
            /** Products that were so already */
            unchanged: number;
            /** The first 1000 rows that were not imported */
            errors: {
              /** Where the row begins in the file; the header is line 1 */
              line: number;
              column: string | null;
              /** What is wrong, as a rule */
              message: string;
            }[];
            corrections: {
              reason: string;
              rows: number;
            }[];
            /** The first 1000 products that were made or changed */
            differences: {
              line: number;
              sku: string;
              change: "created" | "changed";
              /** as in a file, long texts cut */
              fields: {
                field: string;
                from: string | null;
                to: string | null;
              }[];
            }[];
            /** There are more than are listed */
            moreDifferences: boolean;
            /** Categories that were made; some at most */
            newCategories: string[];
            categoriesCreated: number;
            /** Columns that were not read, by name */
            ignoredColumns: string[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      413: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      415: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listImports: {
    /** List imports */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              id: string;
              /** broken-off: the upload ended too soon, or whoever worked on it has died; send it again */
              state: "running" | "done" | "failed" | "broken-off";
              dryRun: boolean;
              format: string | null;
              /** Bytes that have come */
              bytes: number;
              totalBytes: number | null;
              /** Rows that have been read: accepted + corrected + bad at the end */
              rows: number;
              /** Rows that stand as they are */
              accepted: number;
              /** Rows that stand with something put right */
              corrected: number;
              /** Rows that were not imported */
              bad: number;
              /** Products that were made */
              created: number;
              /** Products that were changed */
              changed: number;
              /** Products that were so already */
              unchanged: number;
              /** RFC 3339, UTC */
              startedAt: string;
              /** RFC 3339, UTC */
              progressAt: string;
              endedAt: string | null;
              problem: {
                code: string;
                message: string;
              } | null;
            }[];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readImport: {
    /** Read an import */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** broken-off: the upload ended too soon, or whoever worked on it has died; send it again */
            state: "running" | "done" | "failed" | "broken-off";
            dryRun: boolean;
            format: string | null;
            /** Bytes that have come */
            bytes: number;
            totalBytes: number | null;
            /** Rows that have been read: accepted + corrected + bad at the end */
            rows: number;
            /** Rows that stand as they are */
            accepted: number;
            /** Rows that stand with something put right */
            corrected: number;
            /** Rows that were not imported */
            bad: number;
            /** Products that were made */
            created: number;
            /** Products that were changed */
            changed: number;
            /** Products that were so already */
            unchanged: number;
            /** RFC 3339, UTC */
            startedAt: string;
            /** RFC 3339, UTC */
            progressAt: string;
            endedAt: string | null;
            problem: {
              code: string;
              message: string;
            } | null;
            report: {
              dryRun: boolean;
              format: "kiosk" | "shopify" | "order-lines";
              /** Rows that have been read: accepted + corrected + bad at the end */
              rows: number;
              /** Rows that stand as they are */
              accepted: number;
              /** Rows that stand with something put right */
              corrected: number;
              /** Rows that were not imported */
              bad: number;
              /** Products that were made */
              created: number;
              /** Products that were changed */
              changed: number;
              /** Products that were so already */
              unchanged: number;
              /** The first 1000 rows that were not imported */
              errors: {
                /** Where the row begins in the file; the header is line 1 */
                line: number;
                column: string | null;
                /** What is wrong, as a rule */
                message: string;
              }[];
              corrections: {
                reason: string;
                rows: number;
              }[];
              /** The first 1000 products that were made or changed */
              differences: {
                line: number;
                sku: string;
                change: "created" | "changed";
                /** as in a file, long texts cut */
                fields: {
                  field: string;
                  from: string | null;
                  to: string | null;
                }[];
              }[];
              /** There are more than are listed */
              moreDifferences: boolean;
              /** Categories that were made; some at most */
              newCategories: string[];
              categoriesCreated: number;
              /** Columns that were not read, by name */
              ignoredColumns: string[];
            } | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  followImport: {
    /** Follow an import */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Server-Sent Events, until either side ends it */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/event-stream": string;
        };
      };
    };
  };
  listReservations: {
    /** List reservations */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        status?: "held" | "fulfilled" | "released" | "expired" | "returned";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Reservation"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readReservation: {
    /** Read the reservation of an order */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        orderId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["Reservation"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listStock: {
    /** List stock levels */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** Only what is low */
        below?: "threshold";
        /** Only SKUs that contain this text */
        q?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["StockLevel"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readStock: {
    /** Read a stock level */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["StockLevel"];
        };
      };
      /** It is still the version of `If-None-Match` */
      304: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  correctStock: {
    /** Create or correct a stock level */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** What was counted, in units */
          onHand: number;
          /** Low at or below it; as it was where left out, in units */
          lowStockThreshold?: number;
          reason?: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["StockLevel"];
        };
      };
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["StockLevel"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteStock: {
    /** Delete a stock level */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      412: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  adjustStock: {
    /** Adjust stock by a difference */
    parameters: {
      query?: never;
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** Units that came (positive) or went (negative) */
          delta: number;
          reason: "receipt" | "damage" | "count" | "return" | "correction" | "other";
          note?: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["StockLevel"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  explainStock: {
    /** Explain a stock level */
    parameters: {
      query?: {
        /** Links of the chain; what is older is one more */
        limit?: number;
      };
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["StockExplanation"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listMovements: {
    /** Read the ledger of a SKU */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
      };
      header?: never;
      path: {
        sku: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Movement"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  receiveStock: {
    /** Receive a delivery by CSV */
    parameters: {
      query?: {
        /** Changes nothing, and answers what would be */
        dryRun?: "true" | "false";
        /** Makes levels for SKUs that have none; otherwise their rows are reported */
        create?: "true" | "false";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "text/csv": string;
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            dryRun: boolean;
            /** Rows of the file: received + failed */
            rows: number;
            /** Rows that were booked */
            received: number;
            /** Units that were booked */
            units: number;
            /** Levels that were made */
            created: number;
            /** Rows that were not booked */
            failed: number;
            /** The first 1000 rows that were not booked */
            errors: {
              /** Where the row begins in the file; the header is line 1 */
              line: number;
              column: string | null;
              message: string;
            }[];
            /** The first 1000 SKUs of the file, in units */
            items: {
              sku: string;
              received: number;
              onHandBefore: number;
              onHandAfter: number;
              created: boolean;
            }[];
            /** There are more SKUs than items */
            moreItems: boolean;
            /** Columns that were not read, by name */
            ignoredColumns: string[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      413: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      415: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  followStock: {
    /** Follow the stock */
    parameters: {
      query?: {
        /** Only these SKUs, by commas: a,b */
        sku?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Server-Sent Events, until either side ends it */
      200: {
        headers: Record<string, unknown>;
        content: {
          "text/event-stream": string;
        };
      };
    };
  };
  listUsers: {
    /** Find users */
    parameters: {
      query?: {
        limit?: number;
        /** nextCursor of the page before */
        cursor?: string;
        /** part of a name, or start of a phone */
        q?: string;
        role?: "customer" | "staff" | "admin";
        status?: "active" | "blocked";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["User"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readUser: {
    /** Read a user */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeUser: {
    /** Change a role or block somebody */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          role?: "customer" | "staff" | "admin";
          status?: "active" | "blocked";
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  eraseUser: {
    /** Erase a user */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            state: "running" | "done";
            /** RFC 3339, UTC */
            requestedAt: string;
            /** path of the receipt */
            receipt: string;
            receiptSecret: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readErasure: {
    /** The receipt of an erasure */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** UUIDv7 */
            userId: string;
            state: "running" | "done";
            requestedBy: "person" | "admin";
            /** RFC 3339, UTC */
            requestedAt: string;
            doneAt: string | null;
            services: {
              service: string;
              state: "running" | "done";
              answeredAt: string | null;
              erased: {
                what: string;
                count: number;
              }[];
              kept: {
                what: string;
                why: string;
                until: string | null;
                count: number | null;
              }[];
            }[];
            lastMessage: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readProfile: {
    /** Own profile */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeProfile: {
    /** Change the own profile */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          username?: string | null;
          email?: string | null;
          name?: string;
          language?: string;
          timezone?: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  replaceProfile: {
    /** Change the own profile */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          username?: string | null;
          email?: string | null;
          name?: string;
          language?: string;
          timezone?: string;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": components["schemas"]["User"];
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  eraseMe: {
    /** Erase me */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          confirm?: "erase";
        };
      };
    };
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            state: "running" | "done";
            /** RFC 3339, UTC */
            requestedAt: string;
            /** path of the receipt */
            receipt: string;
            receiptSecret: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  exportMyData: {
    /** Export all that is kept about me */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** All of it */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": unknown;
        };
      };
    };
  };
  changePassword: {
    /** Set or change the own password */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** 12 to 128 characters after NFKC; none of those that are tried first, and no name of yours in it */
          password: string;
          currentPassword?: string;
        };
      };
    };
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      429: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      503: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listSessions: {
    /** Where I am signed in */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: components["schemas"]["Session"][];
            /** null at the end */
            nextCursor: string | null;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  endOtherSessions: {
    /** Sign out everywhere else */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            ended: number;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  endSession: {
    /** Sign out there */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  createWebhook: {
    /** Make a webhook */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** where events are posted; https outside of one's own network */
          url: string;
          events: (
            | "order.*"
            | "stock.*"
            | "notification.*"
            | "order.confirmed"
            | "order.rejected"
            | "order.status-changed"
            | "order.cancelled"
            | "order.lines-changed"
            | "stock.low"
            | "stock.restocked"
          )[];
          /** false: nothing is put into its queue, and nothing of it goes out */
          active?: boolean;
          description?: string;
          /** messages for people (`notification.*`) carry their phone number */
          includePhone?: boolean;
        };
      };
    };
    responses: {
      /** Created */
      201: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** where events are posted; https outside of one's own network */
            url: string;
            events: (
              | "order.*"
              | "stock.*"
              | "notification.*"
              | "order.confirmed"
              | "order.rejected"
              | "order.status-changed"
              | "order.cancelled"
              | "order.lines-changed"
              | "stock.low"
              | "stock.restocked"
            )[];
            /** false: nothing is put into its queue, and nothing of it goes out */
            active: boolean;
            description: string;
            /** messages for people (`notification.*`) carry their phone number */
            includePhone: boolean;
            previousSecretUntil: string | null;
            /** in a row */
            failures: number;
            failingSince: string | null;
            pausedUntil: string | null;
            offReason: string | null;
            lastSuccessAt: string | null;
            lastFailureAt: string | null;
            lastFailure: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            /** `whsec_…` (Standard Webhooks): told once, so keep it */
            signingSecret: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  listWebhooks: {
    /** List the webhooks */
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            items: {
              /** UUIDv7 */
              id: string;
              /** where events are posted; https outside of one's own network */
              url: string;
              events: (
                | "order.*"
                | "stock.*"
                | "notification.*"
                | "order.confirmed"
                | "order.rejected"
                | "order.status-changed"
                | "order.cancelled"
                | "order.lines-changed"
                | "stock.low"
                | "stock.restocked"
              )[];
              /** false: nothing is put into its queue, and nothing of it goes out */
              active: boolean;
              description: string;
              /** messages for people (`notification.*`) carry their phone number */
              includePhone: boolean;
              previousSecretUntil: string | null;
              /** in a row */
              failures: number;
              failingSince: string | null;
              pausedUntil: string | null;
              offReason: string | null;
              lastSuccessAt: string | null;
              lastFailureAt: string | null;
              lastFailure: string | null;
              /** RFC 3339, UTC */
              createdAt: string;
              /** RFC 3339, UTC */
              updatedAt: string;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readWebhook: {
    /** Read a webhook */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** where events are posted; https outside of one's own network */
            url: string;
            events: (
              | "order.*"
              | "stock.*"
              | "notification.*"
              | "order.confirmed"
              | "order.rejected"
              | "order.status-changed"
              | "order.cancelled"
              | "order.lines-changed"
              | "stock.low"
              | "stock.restocked"
            )[];
            /** false: nothing is put into its queue, and nothing of it goes out */
            active: boolean;
            description: string;
            /** messages for people (`notification.*`) carry their phone number */
            includePhone: boolean;
            previousSecretUntil: string | null;
            /** in a row */
            failures: number;
            failingSince: string | null;
            pausedUntil: string | null;
            offReason: string | null;
            lastSuccessAt: string | null;
            lastFailureAt: string | null;
            lastFailure: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            deliveries: {
              /** UUIDv7 */
              id: string;
              /** the event, or `notification` */
              type: string;
              /** what became of it */
              state: "pending" | "sending" | "sent" | "failed" | "unknown" | "suppressed" | "expired";
              attempts: number;
              reason: string | null;
              /** RFC 3339, UTC */
              createdAt: string;
              /** RFC 3339, UTC */
              updatedAt: string;
            }[];
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  changeWebhook: {
    /** Change a webhook */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": {
          /** where events are posted; https outside of one's own network */
          url?: string;
          events?: (
            | "order.*"
            | "stock.*"
            | "notification.*"
            | "order.confirmed"
            | "order.rejected"
            | "order.status-changed"
            | "order.cancelled"
            | "order.lines-changed"
            | "stock.low"
            | "stock.restocked"
          )[];
          /** false: nothing is put into its queue, and nothing of it goes out */
          active?: boolean;
          description?: string;
          /** messages for people (`notification.*`) carry their phone number */
          includePhone?: boolean;
        };
      };
    };
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** where events are posted; https outside of one's own network */
            url: string;
            events: (
              | "order.*"
              | "stock.*"
              | "notification.*"
              | "order.confirmed"
              | "order.rejected"
              | "order.status-changed"
              | "order.cancelled"
              | "order.lines-changed"
              | "stock.low"
              | "stock.restocked"
            )[];
            /** false: nothing is put into its queue, and nothing of it goes out */
            active: boolean;
            description: string;
            /** messages for people (`notification.*`) carry their phone number */
            includePhone: boolean;
            previousSecretUntil: string | null;
            /** in a row */
            failures: number;
            failingSince: string | null;
            pausedUntil: string | null;
            offReason: string | null;
            lastSuccessAt: string | null;
            lastFailureAt: string | null;
            lastFailure: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  deleteWebhook: {
    /** Delete a webhook */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** No Content */
      204: {
        headers: Record<string, unknown>;
        content?: never;
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  rotateWebhookSecret: {
    /** Give a webhook a new secret */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** OK */
      200: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** where events are posted; https outside of one's own network */
            url: string;
            events: (
              | "order.*"
              | "stock.*"
              | "notification.*"
              | "order.confirmed"
              | "order.rejected"
              | "order.status-changed"
              | "order.cancelled"
              | "order.lines-changed"
              | "stock.low"
              | "stock.restocked"
            )[];
            /** false: nothing is put into its queue, and nothing of it goes out */
            active: boolean;
            description: string;
            /** messages for people (`notification.*`) carry their phone number */
            includePhone: boolean;
            previousSecretUntil: string | null;
            /** in a row */
            failures: number;
            failingSince: string | null;
            pausedUntil: string | null;
            offReason: string | null;
            lastSuccessAt: string | null;
            lastFailureAt: string | null;
            lastFailure: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
            /** `whsec_…` (Standard Webhooks): told once, so keep it */
            signingSecret: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  testWebhook: {
    /** Post a test */
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** UUIDv7 */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** Accepted */
      202: {
        headers: Record<string, unknown>;
        content: {
          "application/json": {
            /** UUIDv7 */
            id: string;
            /** the event, or `notification` */
            type: string;
            /** what became of it */
            state: "pending" | "sending" | "sent" | "failed" | "unknown" | "suppressed" | "expired";
            attempts: number;
            reason: string | null;
            /** RFC 3339, UTC */
            createdAt: string;
            /** RFC 3339, UTC */
            updatedAt: string;
          };
        };
      };
      /** RFC 9457 problem details */
      401: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      403: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      404: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      409: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** RFC 9457 problem details */
      422: {
        headers: Record<string, unknown>;
        content: {
          "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}

export interface components {
  schemas: {
    Address: {
      recipient: string;
      line1: string;
      line2?: string;
      city: string;
      region?: string;
      postalCode?: string;
      country: string;
    };
    Category: {
      /** UUIDv7 */
      id: string;
      name: string;
      /** for addresses; stays when the name changes */
      slug: string;
      parentId: string | null;
      /** among its siblings, 0 for the first */
      position: number;
      /** 0 for a root */
      level: number;
      /** the slugs from the root to it */
      path: string;
      /** public products in it and below it */
      productCount: number;
      /** rises with every change */
      version: number;
    };
    /** A counter before and after, in units */
    CounterChange: {
      before: number;
      delta: number;
      after: number;
    };
    Money: {
      /** in minor units: 1299 is 12.99 */
      amountMinor: number;
      /** ISO 4217 */
      currency: string;
    };
    Movement: {
      sku: string;
      /** Numbers the movements of a SKU, without gaps */
      version: number;
      kind:
        | "receipt"
        | "return"
        | "correction"
        | "adjustment"
        | "reservation"
        | "release"
        | "expiry"
        | "fulfilment"
        | "deletion"
        | "repair";
      onHandDelta: number;
      reservedDelta: number;
      /** On hand afterwards, in units */
      onHandAfter: number;
      /** Reserved afterwards, in units */
      reservedAfter: number;
      reason: string | null;
      note: string | null;
      actor: {
        kind: string;
        id: string | null;
      };
      orderId: string | null;
      /** RFC 3339, UTC */
      createdAt: string;
    };
    NewOrder: {
      /** each names its product by sku or by productId; a product may stand in several lines */
      lines: {
        sku?: string;
        /** UUIDv7 */
        productId?: string;
        quantity: number;
      }[];
      note?: string | null;
      address?: components["schemas"]["Address"] | null;
      /** manual: paid on delivery. simulated: for trying out, authorised before the order is confirmed. Left out: as the shop prefers */
      payment?:
        | "manual"
        | "simulated"
        | {
            provider: "simulated";
            outcome: "approve" | "decline" | "hang";
          };
    };
    NewProduct: {
      sku: string;
      name: string;
      description?: string;
      barcode?: string | null;
      price: components["schemas"]["Money"];
      categoryId?: string | null;
      /** the main picture first */
      images?: string[];
      attributes?: Record<string, string | number | boolean>;
      /** only active products are shown to the public */
      status?: "draft" | "active" | "archived";
    };
    Notification: {
      /** UUIDv7 */
      id: string;
      /** whose it is; of an event of the shop that goes to a webhook, that webhook's id */
      userId: string;
      /** what it is for */
      class: "transactional" | "admin_alert" | "broadcast";
      /** on which way it goes */
      channel: "telegram" | "email" | "webhook";
      /** what it says */
      template:
        | "order-card"
        | "staff-card"
        | "order-headline"
        | "order-alert"
        | "stock-low"
        | "stock-restocked"
        | "messages-parked"
        | "sagas-stuck"
        | "group-lost"
        | "session-stolen"
        | "new-device"
        | "phone-released"
        | "bot-conflict"
        | "back-in-stock"
        | "broadcast"
        | "shop-event"
        | "webhook-off";
      /** what it is about: an order's id or a SKU */
      subject: string;
      /** in words, in the language of Accept-Language (en, ar) */
      text: string;
      /** unknown: it may have arrived, and is not sent again by itself */
      state: "pending" | "sending" | "sent" | "failed" | "unknown" | "suppressed" | "expired";
      /** times that it was handed over */
      attempts: number;
      reason: string | null;
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      updatedAt: string;
    };
    Order: {
      /** UUIDv7 */
      id: string;
      number: string;
      /** UUIDv7 */
      userId: string;
      status:
        | "pending"
        | "confirmed"
        | "rejected"
        | "packed"
        | "shipped"
        | "delivered"
        | "cancelled"
        | "returned";
      /** also the ETag */
      version: number;
      lines: {
        /** UUIDv7 */
        id: string;
        sku: string;
        /** UUIDv7 */
        productId: string;
        /** as it was when the order was placed */
        name: string;
        quantity: number;
        unitPrice: components["schemas"]["Money"];
        lineTotal: components["schemas"]["Money"];
      }[];
      total: components["schemas"]["Money"];
      note: string | null;
      address: components["schemas"]["Address"] | null;
      payment?:
        | {
            provider: "manual";
          }
        | {
            provider: "simulated";
            outcome: "approve" | "decline" | "hang";
          };
      archivedAt?: string | null;
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      updatedAt: string;
      /** for staff: where they may bring the order from here */
      nextStatuses?: (
        | "pending"
        | "confirmed"
        | "rejected"
        | "packed"
        | "shipped"
        | "delivered"
        | "cancelled"
        | "returned"
      )[];
      claim?: {
        /** UUIDv7 */
        by: string;
        /** RFC 3339, UTC */
        at: string;
      } | null;
      /** for staff: whether it can be claimed */
      claimable?: boolean;
    };
    OrderCause: {
      /** The step of the timeline; of a rejection `rejected-` and why */
      code: string;
      says: string;
      /** RFC 3339, UTC */
      at: string;
      /** As the timeline names it */
      step: string;
      event: string | null;
      actor: {
        kind: "user" | "staff" | "system";
        id: string | null;
        name: string | null;
      };
      status: {
        from:
          | "pending"
          | "confirmed"
          | "rejected"
          | "packed"
          | "shipped"
          | "delivered"
          | "cancelled"
          | "returned"
          | null;
        to:
          | "pending"
          | "confirmed"
          | "rejected"
          | "packed"
          | "shipped"
          | "delivered"
          | "cancelled"
          | "returned";
      } | null;
      reason: string | null;
      shortages: {
        sku: string;
        requested: number;
        available: number;
      }[];
      traceId: string | null;
    };
    OrderExplanation: {
      /** UUIDv7 */
      orderId: string;
      number: string;
      status:
        | "pending"
        | "confirmed"
        | "rejected"
        | "packed"
        | "shipped"
        | "delivered"
        | "cancelled"
        | "returned";
      version: number;
      /** That of the cause which brought it into its status */
      code: string;
      says: string;
      /** Oldest first */
      causes: components["schemas"]["OrderCause"][];
      /** Older causes that are left out */
      omitted: number;
      waiting: {
        step: string;
        attempts: number;
        nextAt: string | null;
        problem: string | null;
      } | null;
      /** Of the request that placed it */
      requestId: string;
      traceId: string | null;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      code: string;
      requestId: string;
      errors?: {
        pointer: string;
        message: string;
      }[];
    };
    Product: {
      /** UUIDv7 */
      id: string;
      sku: string;
      /** for addresses; stays when the name changes */
      slug: string;
      name: string;
      description: string;
      barcode: string | null;
      price: components["schemas"]["Money"];
      categoryId: string | null;
      /** from the root to the product's category */
      categoryPath: {
        /** UUIDv7 */
        id: string;
        name: string;
        slug: string;
      }[];
      images: string[];
      attributes: Record<string, string | number | boolean>;
      /** only active products are shown to the public */
      status: "draft" | "active" | "archived";
      /** live */
      stock: {
        available: number;
        inStock: boolean;
        /** of the stock level; 0 while there is none */
        version: number;
      };
      /** rises with every change */
      version: number;
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      updatedAt: string;
    };
    ProductChanges: {
      sku?: string;
      name?: string;
      description?: string;
      barcode?: string | null;
      price?: components["schemas"]["Money"];
      categoryId?: string | null;
      /** the main picture first */
      images?: string[];
      attributes?: Record<string, string | number | boolean>;
      /** only active products are shown to the public */
      status?: "draft" | "active" | "archived";
    };
    ProductPage: {
      items: components["schemas"]["Product"][];
      /** null at the end */
      nextCursor: string | null;
      facets: {
        /** products that fit */
        total: number;
        /** true: so many fit that only some are counted, and the counts are of these */
        approximate: boolean;
        inStock: number;
        outOfStock: number;
        price: {
          min: components["schemas"]["Money"];
          max: components["schemas"]["Money"];
        } | null;
        /** a handful of rounded ranges; both ends are in it, as in minPrice and maxPrice */
        priceRanges: {
          min: components["schemas"]["Money"];
          max: components["schemas"]["Money"];
          count: number;
        }[];
        /** those with the most products, in the order of the tree */
        categories: {
          /** UUIDv7 */
          id: string;
          name: string;
          slug: string;
          parentId: string | null;
          level: number;
          /** with all categories below it */
          count: number;
        }[];
        /** the attributes that most of the products have, each with its commonest values */
        attributes: {
          name: string;
          values: {
            value: string;
            count: number;
            /** as it is written in `attributes` */
            filter: string;
          }[];
        }[];
      } | null;
    };
    Reservation: {
      /** UUIDv7 */
      orderId: string;
      status: "held" | "fulfilled" | "released" | "expired" | "returned";
      /** Of the lines: only a higher one replaces them */
      revision: number;
      lines: {
        sku: string;
        quantity: number;
      }[];
      expiresAt: string | null;
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      updatedAt: string;
    };
    Session: {
      /** UUIDv7 */
      id: string;
      /** the session of this request */
      current: boolean;
      /** the program that signed in, in words */
      device: string;
      place: string | null;
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      lastUsedAt: string;
      /** RFC 3339, UTC */
      expiresAt: string;
      userAgent: string;
      ip: string;
    };
    SignedIn: {
      /** JWT; send it as a bearer token */
      accessToken: string;
      /** Good for one refresh */
      refreshToken: string;
      tokenType: "Bearer";
      /** seconds that the access token lives */
      expiresIn: number;
      user: components["schemas"]["User"];
    };
    StockCause: {
      code:
        | "opened"
        | "received"
        | "returned"
        | "corrected"
        | "confirmed"
        | "adjusted"
        | "deleted"
        | "repaired"
        | "order-held"
        | "order-released"
        | "order-expired"
        | "order-sold"
        | "order-returned"
        | "orders"
        | "earlier";
      says: string;
      /** RFC 3339, UTC */
      at: string;
      /** RFC 3339, UTC */
      since: string;
      step:
        | "receipt"
        | "return"
        | "correction"
        | "adjustment"
        | "reservation"
        | "release"
        | "expiry"
        | "fulfilment"
        | "deletion"
        | "repair"
        | null;
      event: string | null;
      /** The first of its movements in the ledger */
      fromVersion: number;
      /** The last of them */
      toVersion: number;
      /** How many they are */
      movements: number;
      onHand: components["schemas"]["CounterChange"];
      reserved: components["schemas"]["CounterChange"];
      available: components["schemas"]["CounterChange"];
      /** What orders did, in units */
      units: {
        held: number;
        released: number;
        expired: number;
        sold: number;
        returned: number;
      };
      /** How many orders these were; of `earlier` they are not counted */
      orders: number;
      /** The newest of them */
      orderIds: string[];
      actor: {
        kind: string;
        id: string | null;
      } | null;
      reason: string | null;
      note: string | null;
      traceId: string | null;
    };
    StockExplanation: {
      sku: string;
      code: "in-stock" | "sold-out" | "deleted";
      says: string;
      level: {
        onHand: number;
        reserved: number;
        available: number;
        version: number;
        exists: boolean;
      };
      holds: components["schemas"]["StockHolds"];
      /** Newest first; the last may be all that is older */
      causes: components["schemas"]["StockCause"][];
      sum: components["schemas"]["StockSum"];
    };
    StockHolds: {
      /** Orders that hold units now */
      orders: number;
      /** What they hold together */
      units: number;
      /** The newest ten */
      items: {
        /** UUIDv7 */
        orderId: string;
        quantity: number;
        /** RFC 3339, UTC */
        since: string;
        expiresAt: string | null;
      }[];
      /** Orders beyond these */
      more: number;
    };
    StockLevel: {
      sku: string;
      /** What is there, in units */
      onHand: number;
      /** What is held for orders, in units */
      reserved: number;
      /** What can be sold: on hand less reserved, in units */
      available: number;
      /** Low at or below it, in units */
      lowStockThreshold: number;
      /** Rises with every change; also the ETag */
      version: number;
      /** RFC 3339, UTC */
      updatedAt: string;
    };
    StockSum: {
      /** What every ledger begins with */
      initial: number;
      movements: number;
      onHand: number;
      reserved: number;
      /** Units in the lines of held reservations */
      held: number;
      /** Whether the chain comes to the level, and what is held to what is reserved */
      addsUp: boolean;
      says: string;
      differences: {
        what: string;
        expected: number;
        found: number;
        says: string;
      }[];
    };
    Timeline: {
      items: {
        /** RFC 3339, UTC */
        at: string;
        actor: {
          kind: "user" | "staff" | "system";
          id: string | null;
        };
        what: string;
        cause: string | null;
      }[];
    };
    TokenPair: {
      /** JWT; send it as a bearer token */
      accessToken: string;
      /** Good for one refresh */
      refreshToken: string;
      tokenType: "Bearer";
      /** seconds that the access token lives */
      expiresIn: number;
    };
    User: {
      /** UUIDv7 */
      id: string;
      version: number;
      phone: string | null;
      telegramUserId: number | null;
      name: string;
      username: string | null;
      email: string | null;
      /** BCP 47 */
      language: string;
      /** IANA name */
      timezone: string;
      role: "customer" | "staff" | "admin";
      status: "active" | "blocked";
      /** RFC 3339, UTC */
      createdAt: string;
      /** RFC 3339, UTC */
      updatedAt: string;
    };
  };
}
