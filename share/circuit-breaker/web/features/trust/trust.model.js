// @ts-check
/**
 * What the page `/ca` shows, without a browser.
 *
 * @typedef {{ name: string, fingerprint_sha256: string, not_before: string, not_after: string, pem: string,
 *   der: string }} Root
 * @typedef {{ mode: "local" | "provided" | "off", names: string[], roots: Root[] }} Trust
 * @typedef {{ id: string, file: string, steps: number, commands?: string[] }} Platform
 */

/** @param {string} host */
export const isLoopback = (host) => host === "localhost" || host === "[::1]" || host.startsWith("127.");

/**
 * The address a phone can open: this page's, unless only this machine knows it; then the first of its other names.
 * Null when there is none.
 *
 * @param {{ protocol: string, hostname: string, port: string }} here @param {string[]} names
 */
export function addressForOthers({ protocol, hostname, port }, names) {
  const other = names[0];
  if (isLoopback(hostname) && other === undefined) return null;
  const host = isLoopback(hostname) ? (other.includes(":") ? `[${other}]` : other) : hostname;
  return `${protocol}//${host}${port ? `:${port}` : ""}/ca`;
}

/**
 * The fingerprint as people read it aloud: eight groups of four bytes.
 *
 * @param {string} fingerprint  `AB:CD:…`
 */
export function groups(fingerprint) {
  const pairs = fingerprint.split(":");
  return Array.from({ length: Math.ceil(pairs.length / 4) }, (_, index) => pairs.slice(index * 4, index * 4 + 4).join(":"));
}

/**
 * Which instructions to open at first.
 *
 * @param {string} agent  the browser's own words
 */
export function platformOf(agent) {
  if (/android/i.test(agent)) return "android";
  if (/iphone|ipad|ipod/i.test(agent)) return "ios";
  if (/macintosh|mac os x/i.test(agent)) return "macos";
  if (/windows/i.test(agent)) return "windows";
  if (/firefox/i.test(agent)) return "firefox";
  return /linux/i.test(agent) ? "chromium" : "";
}

/**
 * Every platform with its file, the number of its sentences in the language file, and the commands that go with them.
 *
 * @param {string} origin @param {Root[]} roots
 * @returns {Platform[]}
 */
export function platforms(origin, roots) {
  const names = roots.map(({ pem }) => ({ pem, file: `circuit-breaker${pem.replace(/^\//, "-")}` }));
  const fetched = names.flatMap(({ pem, file }) => [
    `curl --insecure --output ${file} ${origin}${pem}`,
    `openssl x509 -in ${file} -noout -fingerprint -sha256`,
  ]);
  const files = names.map(({ file }) => file).join(" ");
  const linux = (/** @type {string} */ folder, /** @type {string} */ update) => [
    ...fetched,
    `sudo cp ${files} ${folder}`,
    `sudo ${update}`,
  ];
  return [
    { id: "windows", file: "/ca.crt", steps: 4 },
    { id: "macos", file: "/ca.mobileconfig", steps: 3 },
    { id: "ios", file: "/ca.mobileconfig", steps: 4 },
    { id: "android", file: "/ca.der", steps: 3 },
    { id: "debian", file: "/ca.crt", steps: 1, commands: linux("/usr/local/share/ca-certificates/", "update-ca-certificates") },
    { id: "fedora", file: "/ca.crt", steps: 1, commands: linux("/etc/pki/ca-trust/source/anchors/", "update-ca-trust") },
    { id: "arch", file: "/ca.crt", steps: 1, commands: linux("/etc/ca-certificates/trust-source/anchors/", "update-ca-trust") },
    { id: "firefox", file: "/ca.crt", steps: 4 },
    {
      id: "chromium",
      file: "/ca.crt",
      steps: 2,
      commands: [
        ...fetched,
        ...names.map(({ file }) => `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ${file.replace(/\.crt$/, "")} -i ${file}`),
      ],
    },
  ];
}
