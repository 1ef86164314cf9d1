import { byId, element, isNew, linkTo } from "./dom.js";
import { words } from "./texts.js";

/** Draws the reply keyboard the bot asked for, or the hint of a forced reply. */
export function drawKeyboard(markup, act) {
  if (!isNew("keyboard", markup)) return;
  const rows = markup?.kind === "keyboard" ? markup.rows : [];
  byId("keyboard").replaceChildren(
    ...rows.map((row) => element("div", { class: "row" }, ...row.map((button) => keyOf(button, act)))),
  );
  byId("text").placeholder =
    markup?.placeholder ?? (markup?.kind === "forceReply" ? words.reply : words.message);
}

function keyOf(button, act) {
  const style = button.style === undefined ? "" : `style-${button.style}`;
  if (button.web_app !== undefined) return linkTo(button.web_app.url, [`${button.text} ↗`]);
  return element(
    "button",
    { type: "button", class: style, dir: "auto", onclick: actOf(button, act) },
    button.text,
  );
}

function actOf(button, act) {
  if (button.request_contact === true) return () => act.shareContact();
  if (button.request_location === true) return () => act.shareLocation();
  return () => act.send(button.text);
}

/** Draws the bot's command menu. */
export function drawCommands(commands, act) {
  if (!isNew("commands", commands)) return;
  byId("commands").replaceChildren(
    ...commands.map(({ command, description }) =>
      element(
        "button",
        { type: "button", title: description, dir: "ltr", onclick: () => act.send(`/${command}`) },
        `/${command}`,
      ),
    ),
  );
}
