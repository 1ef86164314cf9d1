import { constantTimeEqual } from "../shared/http/auth-guard.ts";
import { reasonOf } from "../shared/outbox/failure.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createErasureWorker } from "./erasure-worker.ts";
import type { ErasureCases } from "./http/erasure-routes.ts";
import { createPeopleServices } from "./people.ts";
import { createErasureStore } from "./store/erasure-store.ts";
import { advanceErasures } from "./usecases/advance-erasures.ts";
import { type DeleteOwnDeps, deleteOwnAccount, deleteUser } from "./usecases/delete-user.ts";
import { exportPerson } from "./usecases/export-person.ts";
import type { Budgets } from "./usecases/limit-ports.ts";
import { readErasure } from "./usecases/read-erasure.ts";

export type ErasureParts = Omit<DeleteOwnDeps, "wakeErasures"> & { readonly budgets: Budgets };

/** A person's data over all services: what is asked of them, and the worker that goes on with erasures. */
export const createErasures = (deps: ServiceDeps, parts: ErasureParts) => {
  const { database, clock, log } = deps;
  const erasures = createErasureStore(database);
  const people = createPeopleServices(deps);
  const worker = createErasureWorker({
    log,
    advance: advanceErasures({
      ...{ erasures, people, clock },
      onSilence: ({ erasure: { id: erasureId }, part, attempts }, error) =>
        log.warn("An erasure waits for a service that did not answer", {
          ...{ erasureId, part, attempts },
          reason: reasonOf(error),
        }),
    }),
  });
  const deleting: DeleteOwnDeps = { ...parts, wakeErasures: worker.wake };
  const cases: ErasureCases = {
    deleteUser: deleteUser(deleting),
    deleteOwnAccount: deleteOwnAccount(deleting),
    exportPerson: exportPerson({ people, budgets: parts.budgets, clock }),
    readErasure: readErasure({ erasures, secrets: parts.secrets, isSame: constantTimeEqual }),
  };
  return { cases, worker };
};
