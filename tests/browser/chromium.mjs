// Which browser there is: the one that $CHROMIUM names, the one that the package brings, or the system's.
// Run by itself it unpacks the package's browser, with the libraries that a small machine may not have.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDER = join(HERE, "node_modules/.chromium");
const OURS = join(FOLDER, "chromium");
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
const FITS = process.platform === "linux" && process.arch === "x64";

/** Its program, and the environment that it needs. */
export function browser() {
  const given = process.env.CHROMIUM;
  if (given) return { executablePath: given, env: process.env };
  if (existsSync(OURS)) return { executablePath: OURS, env: { ...process.env, ...surroundings() } };
  return { executablePath: system(), env: process.env };
}

function system() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE].find(existsSync);
}

function surroundings() {
  const libraries = [join(FOLDER, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return { LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: join(FOLDER, "fonts") };
}

async function unpack() {
  mkdirSync(FOLDER, { recursive: true });
  // The package unpacks into the temporary folder, and its libraries only where it takes this for its cloud.
  process.env.TMPDIR = FOLDER;
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  await chromium.executablePath();
  const fonts = join(FOLDER, "fonts");
  const folders = `<dir>${fonts}</dir><dir>/usr/share/fonts</dir><cachedir>${join(FOLDER, "fonts-cache")}</cachedir>`;
  writeFileSync(join(fonts, "fonts.conf"), `<?xml version="1.0"?>\n<fontconfig>${folders}</fontconfig>\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (FITS && !process.env.CHROMIUM) await unpack();
  const { executablePath, env } = browser();
  if (!executablePath) {
    console.error("There is no browser for this kind of machine. Install Chromium or Chrome, or name one: CHROMIUM=/path/to/it");
    process.exit(1);
  }
  console.log(execFileSync(executablePath, ["--version"], { env, encoding: "utf-8" }).trim());
}
