// One JSON object a line: calls come in, answers and news go out. Everything else that wants to print goes to stderr.
import { createInterface } from "node:readline";

for (const name of ["log", "info", "debug"]) console[name] = console.error; // the SDK logs with these

/** Tell the driver something: an answer to a call, or news. */
export function tell(something) {
    process.stdout.write(JSON.stringify(something) + "\n");
}

async function answer({ id, call, args }, calls) {
    try {
        tell({ id, result: (await calls[call](args)) ?? null });
    } catch (error) {
        tell({ id, error: error.message ?? String(error) });
    }
}

/** Answer calls with the functions of `calls`, several at a time, until the driver closes the line or goes away. */
export async function serve(calls) {
    for await (const line of createInterface({ input: process.stdin })) answer(JSON.parse(line), calls);
}
