/** Somebody whom a page may offer to be from the beginning. They become people of the sandbox when that page makes them. */
export interface CastMember {
  readonly firstName: string;
  /** `+` and digits. */
  readonly phone: string;
  /** The path of the shop's page where they begin. */
  readonly beginsAt: string;
}
