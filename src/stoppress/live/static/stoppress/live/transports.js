import { PollTransport } from './poll.js'
import { SseTransport } from './sse.js'
import { WebSocketTransport } from './websocket.js'

/**
 * A transport's callbacks; none is called after `close`, `done` or being closed. `done`: a poll is
 * complete; it has the seconds to the next.
 * @typedef {{
 *   frame(data: unknown): void, close(code: number, reason: string): void, done(wait: number): void
 * }} Ear
 */

/** @typedef {{send?(frame: object): void, close(code?: number): void}} Transport */

/** @type {Record<string, new (url: URL, ear: Ear, token?: string) => Transport>}
 */
export const TRANSPORTS = { ws: WebSocketTransport, sse: SseTransport, poll: PollTransport }
