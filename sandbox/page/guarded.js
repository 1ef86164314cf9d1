import { ControlError } from "./control-api.js";
import { byId, element, toast } from "./dom.js";
import { words } from "./texts.js";

/** Runs what a click asks for; a refusal is said, never swallowed. */
export const guarded =
  (work) =>
  async (...input) => {
    try {
      await work(...input);
    } catch (error) {
      if (error instanceof ControlError && error.status === 401) askForToken(words.tokenWrong);
      else toast(error instanceof Error ? error.message : words.wrong);
    }
  };

export function askForToken(text) {
  byId("token-form").hidden = false;
  byId("new-person").hidden = true;
  byId("empty").replaceChildren(element("p", {}, text));
}
