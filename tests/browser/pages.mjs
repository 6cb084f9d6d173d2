// Opens pages in a real browser and tells what it sees. A line of JSON in is a call, a line of JSON out its answer.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { browser } from "./chromium.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ARGS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none", "--force-color-profile=srgb"];

const { executablePath, env } = browser();
const opened = await chromium.launch({ executablePath, env, args: ARGS, headless: true });

/** A page in a context of its own. `width` in CSS pixels; `zoom` 4 shows a page as at 400 %. */
async function visit({ url, dark = false, width = 1280, height = 900, scripts = true, scale = 1, css = "" }, look) {
  const context = await opened.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: scripts,
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("requestfailed", (request) => said.push(`${request.url()} failed: ${request.failure()?.errorText}`));
    const answer = await page.goto(url, { waitUntil: "load" });
    if (css) await page.evaluate((text) => document.styleSheets[0].insertRule(text, document.styleSheets[0].cssRules.length), css);
    return await look(page, { said, status: answer?.status() });
  } finally {
    await context.close();
  }
}

const calls = {
  /** What axe objects to, what the console says, and whether it is wider than the window. */
  async examine(args) {
    return visit(args, async (page, { said, status }) => {
      const before = [...said];
      // Through the browser's own door, which the page's policy doesn't bind; the page itself runs no script.
      const source = await (await import("node:fs/promises")).readFile(AXE, "utf-8");
      await page.evaluate(source);
      const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
      return {
        status,
        said: before,
        title: await page.title(),
        violations: found.violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`) })),
        passed: found.passes.map(({ id }) => id),
        unsure: found.incomplete.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.html.slice(0, 200)) })),
        width: await page.evaluate(() => document.documentElement.scrollWidth),
        window: await page.evaluate(() => window.innerWidth),
      };
    });
  },

  /** What gets the focus, one after the other, as Tab is pressed; and whether it is then seen. */
  async tab(args) {
    return visit(args, async (page) => {
      const reached = [];
      for (let pressed = 0; pressed < 200; pressed += 1) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return null;
          const { top, left, width } = element.getBoundingClientRect();
          const outlined = getComputedStyle(element).outlineStyle !== "none";
          return { tag: element.localName, href: element.getAttribute("href"), seen: outlined && width > 0 && top >= 0 && left >= 0 };
        });
        if (!at || (reached.length && reached[0].href === at.href && at.tag === "a" && reached[0].tag === "a")) break;
        reached.push(at);
      }
      const wanted = await page.evaluate(() => [...document.querySelectorAll("a, summary")].map((one) => ({ tag: one.localName, href: one.getAttribute("href") })));
      return { reached, wanted };
    });
  },

  /** Where the skip link leads. */
  async skip(args) {
    return visit(args, async (page) => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      return page.evaluate(() => document.activeElement?.id);
    });
  },

  /** The text that is seen. */
  async text(args) {
    return visit(args, async (page) => page.locator("body").innerText());
  },

  async picture({ file, ...args }) {
    return visit(args, async (page) => page.screenshot({ path: file, fullPage: args.full ?? true }).then(() => true));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, call, args } = JSON.parse(line);
  calls[call](args)
    .then((answer) => ({ id, answer }))
    .catch((error) => ({ id, error: String(error?.stack ?? error) }))
    .then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
}
await opened.close();
