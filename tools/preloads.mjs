// Writes share/circuit-breaker/web/preload.js: which modules and style sheets each page needs, so that the browser asks for
// all of them at once instead of finding one behind the other. `node tools/preloads.mjs` writes it, `--check` compares only.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const web = new URL('../share/circuit-breaker/web/', import.meta.url)
const file = new URL('preload.js', web)

/** Everything a module needs before its first line runs, with the style sheets that are named in it. */
function graph(url, seen = new Set(), sheets = new Set()) {
    if (seen.has(url.href)) return { seen, sheets }
    seen.add(url.href)
    const text = readFileSync(url, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, path] of text.matchAll(/new URL\("(\.[^"]+\.css)", import\.meta\.url\)/g)) sheets.add(new URL(path, url).href)
    for (const [, path] of text.matchAll(/^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(\.[^"]+)"/gm)) {
        graph(new URL(path, url), seen, sheets)
    }
    return { seen, sheets }
}

// What a page loads at once although it does not import it, by a more exact address that goes before its route.
const more = { '/:path/:id?': ['/:path/:id', 'features/inventory/object.panel.js'] }

/** Words in lines of at most 120 letters. */
const wrapped = (words) =>
    words.reduce((lines, word) => {
        const last = lines[lines.length - 1]
        if (last !== undefined && last.length + word.length < 115) return [...lines.slice(0, -1), `${last} ${word}`]
        return [...lines, word]
    }, []).map((line) => `    ${line}`).join('\n')

export function preloads() {
    const start = graph(new URL('app.js', web)).seen
    const routes = readFileSync(new URL('routes.js', web), 'utf8')
    const needed = (...entries) => {
        const found = entries.map((entry) => graph(new URL(entry, web)))
        const modules = new Set(found.flatMap(({ seen }) => [...seen]).filter((href) => !start.has(href)))
        const sheets = new Set(found.flatMap((one) => [...one.sheets]))
        const isListing = entries.some((entry) => /\bloadKinds\(/.test(readFileSync(new URL(entry, web), 'utf8')))
        const files = [...modules, ...sheets].map((href) => href.slice(web.href.length)).sort()
        return isListing ? ['/api/v1/kinds', ...files] : files
    }
    const lines = [...routes.matchAll(/path: "([^"]+)", load: \(\) => import\("\.\/([^"]+)"\)/g)].flatMap(([, path, entry]) => {
        const exact = more[path] ? [[more[path][0], needed(entry, more[path][1])]] : []
        return [...exact, [path, needed(entry)]]
    })
    return `// Written by tools/preloads.mjs from routes.js and the imports of each page; boot.js reads it.
self.pages = [
${lines.map(([path, files]) => `  [${JSON.stringify(path)}, \`\n${wrapped(files)}\`],`).join('\n')}
];
`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const text = preloads()
    if (process.argv[2] !== '--check') writeFileSync(file, text)
    else if (readFileSync(file, 'utf8') !== text) {
        console.error('preload.js is not what the imports of the pages say; run: node tools/preloads.mjs')
        process.exit(1)
    }
}
