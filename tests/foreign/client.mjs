// A Matrix client that shares no code with Steward, driven by driver.py.
// Arguments: homeserver's URL, user id, password, "strict" or "lax".
import { ClientEvent, createClient, SyncState } from "matrix-js-sdk";
import { OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { serve, tell } from "./lines.mjs";
import { tellOfEvents } from "./messages.mjs";
import { verificationCalls } from "./verification.mjs";

const [baseUrl, user, password, mode] = process.argv.slice(2);
const identifier = { type: "m.id.user", user };

async function login() {
    const session = await createClient({ baseUrl }).loginRequest({ type: "m.login.password", identifier, password });
    return createClient({
        baseUrl,
        userId: session.user_id,
        deviceId: session.device_id,
        accessToken: session.access_token,
    });
}

/** Upload new cross-signing keys, with the password where the homeserver asks for it. */
async function uploadSigningKeys(request) {
    try {
        return await request(null);
    } catch (error) {
        if (error.httpStatus !== 401) throw error;
        return await request({ type: "m.login.password", identifier, password, session: error.data.session });
    }
}

/** As clients that exclude insecure devices do: keys to, and messages from, cross-signed devices alone. */
async function beStrict(client) {
    await client.getCrypto().bootstrapCrossSigning({
        setupNewCrossSigning: true,
        authUploadDeviceSigningKeys: uploadSigningKeys,
    });
    client.getCrypto().setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
}

/** Resolves when `condition` (may be async) holds; it is tried again after each sync. */
async function until(client, condition) {
    for (;;) {
        const synced = new Promise((resolve) => client.once(ClientEvent.Sync, resolve));
        if (await condition()) return;
        await synced;
    }
}

const membership = (client, room, who) => client.getRoom(room)?.getMember(who)?.membership;

const callsOf = (client) => ({
    async join({ room }) {
        await client.joinRoom(room);
        await until(client, () => membership(client, room, client.getUserId()) === "join");
    },
    async open_chat({ other, encrypted }) {
        const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
        const { room_id: room } = await client.createRoom({
            preset: "trusted_private_chat",
            is_direct: true,
            invite: [other],
            initial_state: encrypted ? [encryption] : [],
        });
        await until(client, () => membership(client, room, other) === "join");
        if (encrypted) await until(client, () => client.getCrypto().isEncryptionEnabledInRoom(room));
        return room;
    },
    async send({ room, type, content }) {
        return (await client.sendEvent(room, type, content)).event_id;
    },
    /** {device id: whether its owner signed it} */
    async devices({ of }) {
        const crypto = client.getCrypto();
        const devices = (await crypto.getUserDeviceInfo([of], true)).get(of) ?? new Map();
        const signed = async (id) => [id, (await crypto.getDeviceVerificationStatus(of, id)).signedByOwner];
        return Object.fromEntries(await Promise.all([...devices.keys()].map(signed)));
    },
    ...verificationCalls(client, until),
});

try {
    const client = await login();
    await client.initRustCrypto({ useIndexedDB: false });
    tellOfEvents(client);
    await client.startClient({ initialSyncLimit: 200 }); // is also the most events that a later sync may bring
    await until(client, () => [SyncState.Prepared, SyncState.Syncing].includes(client.getSyncState()));
    if (mode === "strict") await beStrict(client);
    tell({ ready: client.getDeviceId() });
    await serve(callsOf(client));
    client.stopClient();
} catch (error) {
    tell({ failed: error.message ?? String(error) });
}
process.exit();
