import { ControlError } from "./control-api.js";
import { byId, element, toast } from "./dom.js";

/** Runs what a click asks for; a refusal is said, never swallowed. */
export const guarded =
  (work) =>
  async (...input) => {
    try {
      await work(...input);
    } catch (error) {
      if (error instanceof ControlError && error.status === 401)
        askForToken("That token is not the sandbox's.");
      else toast(error instanceof Error ? error.message : "Something went wrong.");
    }
  };

export function askForToken(text) {
  byId("token-form").hidden = false;
  byId("new-person").hidden = true;
  byId("empty").replaceChildren(element("p", {}, text));
}
