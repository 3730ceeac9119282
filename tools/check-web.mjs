// Checks the page modules: syntax, imports that resolve, walls between features, forbidden constructs, locales.
// `node tools/check-web.mjs [FOLDER]`; prints one line per finding and exits 1 when there is one.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

const root = resolve(process.argv[2] ?? 'share/circuit-breaker/web')
const findings = []
const report = (file, line, rule) => findings.push(`${relative(process.cwd(), file)}:${line}: ${rule}`)

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        if (entry.name === 'vendor' || entry.name === 'node_modules') return []
        const path = join(folder, entry.name)
        return entry.isDirectory() ? filesUnder(path) : [path]
    })
}

/** Blanks out comments, keeping line breaks; strings stay, because import names are strings. */
function withoutComments(text) {
    return text.replace(
        /\/\*[\s\S]*?\*\/|(?<![:\\'"`])\/\/[^\n]*/g, (found) => found.replace(/[^\n]/g, ' '))
}

/** Blanks out comments and the inside of strings, keeping line breaks, so that words in them are not code. */
function withoutCommentsAndStrings(text) {
    return text.replace(
        /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
        (found) => found.replace(/[^\n]/g, ' '))
}

const forbidden = [
    [/\.(inner|outer)HTML\b/, 'innerHTML lets a name from the network become markup; build nodes with h() from lib/dom.js'],
    [/\binsertAdjacentHTML\b|\bdocument\.write\b/, 'markup from text; build nodes with h() from lib/dom.js'],
    [/(?<![.\w])eval\s*\(|\bnew Function\b/, 'the content security policy forbids eval; write the code out'],
    [/\bsetAttribute\(\s*['"]on/, 'an inline handler is refused by the policy; use addEventListener with { signal }'],
    [/(?<![.\w])(alert|confirm|prompt)\s*\(/, 'blocking dialogs; use ui/dialog.js'],
    [/\.(toSorted|toReversed|toSpliced)\(|\bObject\.groupBy\b/, 'Debian 12 tests with Node 18, which lacks it; copy first, then change the copy'],
    [/\bconsole\.log\b/, 'left-over console.log; use toast() for people or remove it'],
]

const importPattern = /(?:^|[\s;}])(?:import|export)\s+(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

function featureOf(file) {
    const parts = relative(root, file).split(sep)
    return parts[0] === 'features' ? parts[1] : null
}

function lineOf(text, index) {
    return text.slice(0, index).split('\n').length
}

function checkImports(file, text, isTest) {
    for (const match of text.matchAll(importPattern)) {
        const target = match[1] ?? match[2]
        const line = lineOf(text, match.index)
        if (target.startsWith('node:') && isTest) continue
        if (!target.startsWith('.')) {
            if (!target.startsWith('/ui/')) report(file, line, `'${target}' is not a relative path; browsers load no bare names`)
            continue
        }
        const path = resolve(dirname(file), target)
        // A JSDoc type import names `x.js` where only the declaration `x.d.ts` exists; tsc wants it so.
        if (existsSync(path.replace(/\.js$/, '.d.ts'))) continue
        if (!existsSync(path) || !statSync(path).isFile()) {
            if (!path.includes(`${sep}vendor${sep}`)) report(file, line, `'${target}' does not exist`)
            continue
        }
        const [from, to] = [featureOf(file), featureOf(path)]
        if (from && to && from !== to) {
            report(file, line, `feature ${from} imports feature ${to}; go through lib/ events or a URL, or move it to lib/ or ui/`)
        }
        const area = relative(root, file).split(sep)[0]
        if ((area === 'lib' || area === 'ui') && to) report(file, line, `${area}/ knows no feature; turn the arrow round`)
        if (area === 'lib' && relative(root, path).startsWith(`ui${sep}`)) report(file, line, 'lib/ has no look; move it to ui/')
    }
}

function checkModule(file) {
    const text = readFileSync(file, 'utf8')
    const isTest = file.endsWith('.test.js')
    const lines = text.split('\n')
    if (lines.length > 501) report(file, 501, `${lines.length} lines; split it by what changes together (limit 500)`)
    const isData = relative(root, file).startsWith('icons' + sep)
    lines.forEach((line, index) => {
        if (!isData && line.length > 160 && !/^\s*(\/\*\*|\*) /.test(line)) report(file, index + 1, `${line.length} columns; wrap at 120 (limit 160)`)
    })
    const code = withoutCommentsAndStrings(text)
    for (const [pattern, reason] of forbidden) {
        const match = pattern.exec(code) ?? (pattern.source.includes("'") ? pattern.exec(text) : null)
        if (match) report(file, lineOf(text, match.index), `${match[0].trim()}: ${reason}`)
    }
    checkImports(file, withoutComments(text), isTest)
}

/** A program that parses each file named on its input and names those that it cannot read. */
const parser = `
    import { readFileSync } from 'node:fs'
    import { SourceTextModule } from 'node:vm'
    for (const file of JSON.parse(readFileSync(0, 'utf8'))) {
        try {
            new SourceTextModule(readFileSync(file, 'utf8'))
        } catch {
            console.log(file)
        }
    }`

/** One program for all of them: `node --check` for each takes half a minute, and says of the bad ones where. */
function checkSyntax(files) {
    const flags = ['--experimental-vm-modules', '--no-warnings', '--input-type=module']
    const run = spawnSync(process.execPath, [...flags, '--eval', parser], { input: JSON.stringify(files), encoding: 'utf8' })
    const words = (text) => text.split('\n').filter(Boolean).slice(0, 4).join(' | ')
    if (run.status !== 0) report(root, 1, `syntax was not checked: ${words(run.stderr)}`)
    for (const file of run.stdout.split('\n').filter(Boolean)) {
        const why = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' })
        report(file, 1, `syntax: ${words(why.stderr) || 'cannot be read'}`)
    }
}

function checkPage(file) {
    const text = readFileSync(file, 'utf8')
    const inline = /<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son[a-z]+\s*=\s*["']|<style[\s>]/i.exec(text)
    if (inline) report(file, lineOf(text, inline.index), 'inline script, style or handler; the policy refuses it')
}

function checkStyle(file) {
    const text = readFileSync(file, 'utf8')
    const foreign = /url\(\s*['"]?https?:|@import\s+(url\()?['"]?https?:/i.exec(text)
    if (foreign) report(file, lineOf(text, foreign.index), 'foreign origin in a style sheet; bundle it instead')
}

/** Every language holds the same keys as English; a missing one would show its key to a person. */
function checkLocales(folder) {
    if (!existsSync(folder)) return
    const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    if (!names.includes('en.json')) return
    const keysOf = (tree, prefix = '') => Object.entries(tree).flatMap(([key, value]) =>
        value && typeof value === 'object' ? keysOf(value, `${prefix}${key}.`) : [prefix + key])
    const english = new Set(keysOf(read('en.json')))
    for (const name of names) {
        const keys = new Set(keysOf(read(name)))
        // A language may have more plural forms than English.
        const isKnown = (key) => english.has(key) || english.has(key.replace(/\.(zero|one|two|few|many)$/, '.other'))
        // `said` holds what the daemon says, which en.json has no need of.
        for (const key of keys) if (!isKnown(key) && !key.startsWith('said.')) report(join(folder, name), 1, `'${key}' is not in en.json`)
    }
}

if (!existsSync(root)) {
    console.log(`check-web: ${root} is not there`)
    process.exit(1)
}
const files = filesUnder(root)
const modules = files.filter((file) => /\.m?js$/.test(file))
modules.forEach(checkModule)
checkSyntax(modules)
files.filter((file) => file.endsWith('.html')).forEach(checkPage)
files.filter((file) => file.endsWith('.css')).forEach(checkStyle)
checkLocales(join(root, 'locales'))

findings.forEach((finding) => console.log(finding))
console.log(`check-web: ${modules.length} modules, ${findings.length} findings`)
process.exit(findings.length === 0 ? 0 : 1)
