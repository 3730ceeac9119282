// @ts-check
import { t } from "../../lib/i18n.js";

/**
 * "Firefox on Linux" of a user agent string.
 *
 * @param {string} agent
 */
export function browserOf(agent) {
  const browsers = /** @type {[RegExp, string][]} */ ([
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/Firefox\//, "Firefox"],
    [/Chrom(e|ium)\//, "Chrome"],
    [/Safari\//, "Safari"],
    [/^curl/, "curl"],
  ]);
  const systems = /** @type {[RegExp, string][]} */ ([
    [/iPhone|iPad/, "iOS"],
    [/Android/, "Android"],
    [/Mac OS X/, "macOS"],
    [/Windows/, "Windows"],
    [/CrOS/, "ChromeOS"],
    [/Linux/, "Linux"],
  ]);
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (!browser) return agent.slice(0, 60) || t("security.unknown_browser");
  return system ? t("security.browser_on", { browser, system }) : browser;
}
