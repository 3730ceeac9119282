// @ts-check
/** The page "What this machine sees". */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { pageHead } from "../../ui/more.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { selfProposals } from "./discovery.proposals.js";

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ signal, session, live, title }) {
  title(t("discovery.title"));
  const read = h("span", { class: "small quiet" });
  const proposals = selfProposals({
    signal,
    session,
    live,
    onRead: ({ read_at: at }) => replace(read, `${t("discovery.read_at")} `, timeAgo(at)),
  });
  const again = button(t("discovery.refresh"), {
    icon: "refresh",
    onclick: () => void whileBusy(again, () => proposals.refresh().catch((error) => toastError(error))),
  });
  return h(
    "section",
    { class: "page self-page" },
    pageHead({
      title: t("discovery.title"),
      text: t("discovery.text"),
      actions: [read, session.may("discovery.run") && again],
    }),
    proposals.element,
  );
}
