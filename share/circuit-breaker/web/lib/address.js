// @ts-check
/** Says what is wrong with an address while it is typed. The daemon decides; this only speaks earlier. */

/** @param {string} text */
export const isIPv4 = (text) =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) &&
  text.split(".").every((part) => Number(part) < 256 && String(Number(part)) === part);

/** @param {string} text */
export function isIPv6(text) {
  const [address, zone] = text.split("%");
  if (zone === "" || !/^[0-9a-fA-F:.]+$/.test(address) || !address.includes(":")) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const half of halves) {
    const parts = half === "" ? [] : half.split(":");
    for (const [index, part] of parts.entries()) {
      if (part.includes(".")) {
        if (!isIPv4(part) || index !== parts.length - 1) return false;
        groups += 2;
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return false;
        groups += 1;
      }
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** @param {string} text */
export const isIP = (text) => isIPv4(text) || isIPv6(text);

/** @param {string} text */
export function isCIDR(text) {
  const [address, prefix, more] = text.split("/");
  if (more !== undefined || prefix === undefined || !/^\d{1,3}$/.test(prefix)) return false;
  return (isIPv4(address) && Number(prefix) <= 32) || (isIPv6(address) && Number(prefix) <= 128);
}

/** @param {string} text */
export const isMAC = (text) =>
  /^([0-9a-fA-F]{2}([:-]?)){1}([0-9a-fA-F]{2}\2){4}[0-9a-fA-F]{2}$/.test(text) ||
  /^[0-9a-fA-F]{4}(\.[0-9a-fA-F]{4}){2}$/.test(text);

/** @param {string} text */
export function isURL(text) {
  try {
    return /^[a-z][a-z0-9+.-]*:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}
