"""Writes the manual page of a program from its own definition of its command line.

Usage: PROGRAM --experimental-dump-help | man.py NAME SECTION VERSION DATE >NAME.SECTION
"""

import json
import sys


def escaped(text):
    """Text as troff takes it: backslashes, hyphens that may be copied, and lines that begin with a control."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def paragraphs(text):
    blocks = [" ".join(block.split()) for block in (text or "").split("\n\n")]
    return "\n.PP\n".join(escaped(block) for block in blocks if block)


def spelling(name):
    dashes = "--" if name["kind"] == "long" else "-"
    return f"\\fB{escaped(dashes + name['name'])}\\fR"


def visible(items):
    return [item for item in items or [] if item.get("shouldDisplay", True)]


def argument(item):
    value = f"\\fI{escaped(item.get('valueName') or 'value')}\\fR"
    if item["kind"] == "positional":
        term = value
    else:
        names = item.get("names") or []
        names = sorted(names, key=lambda name: (name["kind"] == "long", name["name"]))
        term = ", ".join(spelling(name) for name in names)
        if item["kind"] == "option":
            term += f" {value}"
    text = " ".join(filter(None, [item.get("abstract"), item.get("discussion")]))
    if item.get("allValues"):
        text += " One of: " + ", ".join(item["allValues"]) + "."
    if item.get("defaultValue"):
        text += f" Default: {item['defaultValue']}."
    return f".TP\n{term}\n{escaped(' '.join(text.split())) or '.'}"


def usage(path, command):
    words = [f"\\fB{escaped(' '.join(path))}\\fR"]
    if any(item["kind"] != "positional" for item in visible(command.get("arguments"))):
        words.append("[\\fIoptions\\fR]")
    for item in visible(command.get("arguments")):
        if item["kind"] == "positional":
            word = f"\\fI{escaped(item.get('valueName') or 'value')}\\fR" + ("..." if item.get("isRepeating") else "")
            words.append(f"[{word}]" if item.get("isOptional") else word)
    return " ".join(words)


def own_subcommands(command):
    return [sub for sub in visible(command.get("subcommands")) if sub["commandName"] != "help"]


def describe(path, command, out):
    out.append(f'.SS "{escaped(" ".join(path))}"')
    out.append(usage(path, command))
    text = "\n\n".join(filter(None, [command.get("abstract"), command.get("discussion")]))
    if text:
        out += [".PP", paragraphs(text)]
    out += [argument(item) for item in visible(command.get("arguments")) if not is_help(item)]
    for sub in own_subcommands(command):
        describe([*path, sub["commandName"]], sub, out)


def is_help(item):
    return any(name["name"] in ("help", "version") for name in item.get("names") or [])


def page(name, section, version, date, root):
    out = [
        f'.TH "{escaped(name.upper())}" "{section}" "{date}" "Circuit Breaker {version}" "Circuit Breaker"',
        ".SH NAME",
        f"{escaped(name)} \\- {escaped((root.get('abstract') or '').rstrip('.'))}",
        ".SH SYNOPSIS",
    ]
    subcommands = own_subcommands(root)
    if subcommands:
        out.append(f"\\fB{escaped(name)}\\fR \\fIcommand\\fR [\\fIoptions\\fR]")
    else:
        out.append(usage([name], root))
    if root.get("discussion"):
        out += [".SH DESCRIPTION", paragraphs(root["discussion"])]
    options = [argument(item) for item in visible(root.get("arguments"))]
    if options:
        out += [".SH OPTIONS", *options]
    if subcommands:
        out.append(".SH COMMANDS")
        for sub in subcommands:
            describe([name, sub["commandName"]], sub, out)
    others = {"circuit-breaker": "8", "cb": "1", "circuit-breaker-installer": "8"}
    see = ", ".join(f"\\fB{escaped(other)}\\fR({part})" for other, part in others.items() if other != name)
    out += [".SH FILES", "\\fI/etc/circuit\\-breaker/config.yaml\\fR, \\fI/etc/circuit\\-breaker/env\\fR, "
            "\\fI/var/lib/circuit\\-breaker\\fR", ".SH SEE ALSO", see]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    name, section, version, date = sys.argv[1:]
    sys.stdout.write(page(name, section, version, date, json.load(sys.stdin)["command"]))
