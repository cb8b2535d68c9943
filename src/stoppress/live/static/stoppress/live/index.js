/**
 * The browser's side of `stoppress.live`: load this as a module, and every `<live-feed>` lives.
 */

import { LiveFeed } from './feed-element.js'
import { tellTimes } from './times.js'

if (!customElements.get('live-feed')) customElements.define('live-feed', LiveFeed)
tellTimes(document)

export { LiveFeed, tellTimes }
export { Backoff } from './backoff.js'
export { Connection } from './connection.js'
export { State } from './state.js'
export { Subscriptions } from './subscriptions.js'
export { decide, lowest, position } from './rule.js'
