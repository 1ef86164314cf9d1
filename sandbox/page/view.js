// What the page's address asks to be shown: everything; one person's phone (`?person=7`), as a page around it wants it; or the mailbox alone
// (`?show=mail`).

const wanted = new URLSearchParams(location.search);

/** Whose phone is shown, and nothing else; null: one's choice among all. */
export const heldId = wanted.has("person") ? Number(wanted.get("person")) : null;

export const isMailOnly = wanted.get("show") === "mail";

/** Brings the page into the shape that was asked for, in the colours of the page around it. */
export function shapePage() {
  const scheme = wanted.get("scheme");
  if (scheme === "dark" || scheme === "light") document.documentElement.style.colorScheme = scheme;
  document.body.classList.toggle("held", heldId !== null);
  document.body.classList.toggle("mail-only", isMailOnly);
}

/** Forgets the link by which the page was opened, and tells the page around it. */
export function linkIsDone() {
  const address = new URL(location.href);
  address.searchParams.delete("start");
  history.replaceState(null, "", address);
  if (heldId !== null) window.parent.postMessage("sandbox.started", location.origin);
}
