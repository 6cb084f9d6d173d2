// Opens an account's secret storage as any Matrix app does, and prints the named secrets, one JSON object.
// Arguments: homeserver's URL, user id, access token, recovery key, names of secrets.
import { createClient } from "matrix-js-sdk";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";

const [baseUrl, userId, accessToken, recoveryKey, ...names] = process.argv.slice(2);
const getSecretStorageKey = async ({ keys }) => [Object.keys(keys)[0], decodeRecoveryKey(recoveryKey)];
const client = createClient({ baseUrl, userId, accessToken, cryptoCallbacks: { getSecretStorageKey } });
const [, description] = await client.secretStorage.getKey();
const fits = await client.secretStorage.checkKey(decodeRecoveryKey(recoveryKey), description);
const secrets = await Promise.all(names.map((name) => client.secretStorage.get(name)));
console.log(JSON.stringify({ fits, secrets }));
process.exit();
