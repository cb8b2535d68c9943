import { PollTransport } from './poll.js'
import { SseTransport } from './sse.js'
import { WebSocketTransport } from './websocket.js'

/**
 * What a transport tells the connection; after `close`, `done` or being closed, nothing more.
 * `done` says that all has come that there was, and when to ask again, in seconds.
 * @typedef {{
 *   frame(data: unknown): void, close(code: number, reason: string): void, done(wait: number): void
 * }} Ear
 */

/** @typedef {{send?(frame: object): void, close(code?: number): void}} Transport */

/** @type {Record<string, new (url: URL, ear: Ear, token?: string) => Transport>}
 */
export const TRANSPORTS = { ws: WebSocketTransport, sse: SseTransport, poll: PollTransport }
