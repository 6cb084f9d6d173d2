// What the driver is told of a room's events, once they are decrypted or have stayed undecryptable for a while.
import { MatrixEventEvent, RoomEvent } from "matrix-js-sdk";
import { EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";
import { tell } from "./lines.mjs";

const GRACE_MS = 2000; // keys may come in a later sync than what they are for

const nameIn = (enumeration, value) => (value === null ? null : enumeration[value]);

/** How a client would mark the message: {colour, reason}, or null for a plain one. */
async function shieldOf(client, event) {
    const info = await client.getCrypto().getEncryptionInfoForEvent(event);
    if (info === null) return null;
    return {
        colour: nameIn(EventShieldColour, info.shieldColour),
        reason: nameIn(EventShieldReason, info.shieldReason),
    };
}

async function describe(client, event) {
    const content = event.getOriginalContent();
    return {
        room: event.getRoomId(),
        event_id: event.getId(),
        sender: event.getSender(),
        // A message that can't be read shows as one, as it would on a screen.
        type: event.isDecryptionFailure() ? "m.room.message" : event.getType(),
        body: content.body ?? null,
        html: content.formatted_body ?? null,
        msgtype: content.msgtype ?? null,
        relates_to: event.getWireContent()["m.relates_to"] ?? content["m.relates_to"] ?? null,
        mentions: content["m.mentions"] ?? null,
        content,
        encrypted: event.isEncrypted(),
        undecryptable: event.isDecryptionFailure(),
        why_undecryptable: event.decryptionFailureReason,
        shield: event.isEncrypted() && !event.isDecryptionFailure() ? await shieldOf(client, event) : null,
    };
}

/** Resolves when the event is readable, or has been unreadable for as long as keys may take. */
function settled(event) {
    return new Promise((resolve) => {
        const look = () => {
            if (!event.isBeingDecrypted() && !event.shouldAttemptDecryption() && !event.isDecryptionFailure()) resolve();
        };
        event.on(MatrixEventEvent.Decrypted, look);
        setTimeout(resolve, GRACE_MS);
        look();
    });
}

/** Tell of every event by others that arrives from now on, state aside, and of every invite. */
export function tellOfEvents(client) {
    client.on(RoomEvent.Timeline, async (event, room, toStartOfTimeline) => {
        if (toStartOfTimeline || event.isState() || event.getSender() === client.getUserId()) return;
        await settled(event);
        tell({ event: await describe(client, event) });
    });
    client.on(RoomEvent.MyMembership, (room, membership) => {
        if (membership === "invite") tell({ invite: room.roomId });
    });
}
