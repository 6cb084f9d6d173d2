// Verifying somebody by comparing emoji, as an app does it for its user.
import { VerificationPhase, VerificationRequestEvent, VerifierEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

const SAS = "m.sas.v1";

/** Resolves with what `look` returns once that is something; it looks again at each change of the request. */
function when(request, look) {
    return new Promise((resolve, reject) => {
        const again = () => {
            const found = look();
            if (found) resolve(found);
            else if (request.phase === VerificationPhase.Cancelled) reject(new Error(request.cancellationCode));
            else return;
            request.off(VerificationRequestEvent.Change, again);
        };
        request.on(VerificationRequestEvent.Change, again);
        again();
    });
}

const inPhase = (request, phase) => when(request, () => request.phase === phase);

/** The emoji's callbacks, once both sides have exchanged keys. */
function shown(verifier) {
    return new Promise((resolve) => {
        verifier.once(VerifierEvent.ShowSas, resolve);
        const already = verifier.getShowSasCallbacks();
        if (already) resolve(already);
    });
}

/** Calls for verifications; each is known by a number. `until`: as client.mjs has it. */
export function verificationCalls(client, until) {
    const requests = [];
    const screens = new Map();
    const crypto = () => client.getCrypto();
    return {
        async verify({ user, device, room }) {
            await crypto().getUserDeviceInfo([user], true);
            const asked = room
                ? crypto().requestVerificationDM(user, room)
                : crypto().requestDeviceVerification(user, device);
            return requests.push(await asked) - 1;
        },
        /** Starts, or waits for the other side to, and tells what it shows. */
        async see_emoji({ verification, start }) {
            const request = requests[verification];
            await when(request, () => request.phase >= VerificationPhase.Ready && request.phase !== VerificationPhase.Cancelled);
            const verifier = start ? await request.startVerification(SAS) : await when(request, () => request.verifier);
            verifier.verify().catch(() => {}); // its end is seen in the request
            const screen = await shown(verifier);
            screens.set(verification, screen);
            return { emoji: screen.sas.emoji, numbers: screen.sas.decimal };
        },
        async confirm_emoji({ verification }) {
            await screens.get(verification).confirm();
            await inPhase(requests[verification], VerificationPhase.Done);
        },
        async reject_emoji({ verification }) {
            screens.get(verification).mismatch();
            await inPhase(requests[verification], VerificationPhase.Cancelled);
        },
        async cancel_verification({ verification }) {
            await requests[verification].cancel();
        },
        /** The code with which it ended. */
        async why_cancelled({ verification }) {
            await inPhase(requests[verification], VerificationPhase.Cancelled);
            return requests[verification].cancellationCode;
        },
        async user_becomes_verified({ user }) {
            await until(client, async () => (await crypto().getUserVerificationStatus(user)).isCrossSigningVerified());
            return true;
        },
        async user_is_verified({ user }) {
            return (await crypto().getUserVerificationStatus(user)).isCrossSigningVerified();
        },
        async device_is_verified({ user, device }) {
            return (await crypto().getDeviceVerificationStatus(user, device)).isVerified();
        },
    };
}
