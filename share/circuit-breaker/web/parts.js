// @ts-check
/** What features offer to each other and to the shell; one line each, loaded when first asked for. */
import { loadKinds, urlOfObject } from "./lib/kinds.js";
import { provide } from "./lib/registry.js";

// openObject({ kind, id, context, onclose, onselect, focus }) → the open panel
provide("object-panel", () => import("./features/inventory/object.panel.js").then(({ openObject }) => openObject));
// openForm({ kind, kinds, context, thing, values, names, onsaved }) → the form in the panel
provide("object-form", () => import("./features/inventory/object.form.js").then(({ openForm }) => openForm));
// removeThing(kind, kinds, thing) → whether it is gone, after asking
provide("object-remove", () => import("./features/inventory/object.remove.js").then(({ removeThing }) => removeThing));
// ({ kind, id }) → address
provide("object-url", async () => {
  const kinds = await loadKinds();
  return (/** @type {{ kind: string, id: number }} */ ref) => urlOfObject(kinds, ref.kind, ref.id);
});
// selfProposals({ signal, session, onAccepted }) → element: "What this machine sees", for the page and the wizard
provide(
  "self-proposals",
  () => import("./features/discovery/discovery.proposals.js").then(({ selfProposals }) => selfProposals),
);
// a palette source each: objects, and "Add hardware" and the like
provide(
  "palette-sources",
  () => import("./features/search/search.palette.js").then(({ paletteSources }) => paletteSources),
);
