import { KioskError } from "../kernel/errors.ts";
import { may, type Permission, type Role } from "./permissions.ts";

/** How long a proof is accepted: the longest age of a fresh code for a risky call (seconds). */
export const STEP_UP_MAX_AGE_SECONDS = 300;
/** A proof may seem to come from the future where clocks differ; so much is borne (seconds). */
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * What a signed-in person must prove themselves anew for, by a code that names it, and the right that it wants besides; null
 * is everybody's. The keys stand in challenges and in tokens: they are never renamed.
 */
export const stepUpActions = {
  "users.manage": "users.manage",
  "users.erase": "users.erase",
  "ops.drop": "ops.drop",
  /** Beginning an admin's rights where the sign-in was not by a code. */
  "admin.sign-in": "users.manage",
  /** Having somebody's money paid back: what was paid before the order stood. */
  "orders.refund": "orders.write-all",
  /** Writing to everybody who gets offers. */
  "broadcast.send": "broadcast.send",
  /** Setting a password without the one before. */
  "password.set": null,
} as const satisfies Record<string, Permission | null>;
export type StepUpAction = keyof typeof stepUpActions;

export const stepUpActionNames = Object.keys(stepUpActions) as readonly StepUpAction[];

/** A proof: when the code was typed, and what it was asked for; null: for whatever the person may do. */
export interface StepUp {
  readonly atMs: number;
  readonly action: StepUpAction | null;
}

/** True when a person with this role may ask for a code for the action; one for no action in particular is for admins. */
export const mayStepUp = (role: Role, action: StepUpAction | null): boolean => {
  const wanted = action === null ? "users.manage" : stepUpActions[action];
  return wanted === null || may(role, wanted);
};

/** True for a code that none but an admin may ask for, so that it says that an admin is there. */
export const isAdminsAction = (action: StepUpAction | null): boolean => !mayStepUp("staff", action);

/** True when the proof is for the action, or for all, and no older than it may be. */
export const isSteppedUp = (proof: StepUp | undefined, action: StepUpAction, now: Date): boolean => {
  if (proof === undefined || (proof.action !== null && proof.action !== action)) return false;
  const ageMs = now.getTime() - proof.atMs;
  return ageMs >= -CLOCK_TOLERANCE_SECONDS * 1000 && ageMs <= STEP_UP_MAX_AGE_SECONDS * 1000;
};

/** Says what is missing and how to get it; the action tells a program which code to ask for. */
export const stepUpRequired = (action: StepUpAction): KioskError =>
  new KioskError(
    "STEP_UP_REQUIRED",
    `This wants a fresh code: POST /v1/auth/otp/request with {"purpose":"step-up","action":"${action}"}, ` +
      "verify the code that comes into your chat, and call again with the access token of the answer.",
    { extensions: { action, maxAgeSeconds: STEP_UP_MAX_AGE_SECONDS } },
  );
