/**
 * The browser client of `stoppress.live`: load this as a module, and every `<live-feed>` is live.
 */

import { LiveFeed } from './feed-element.js'
import { tellTimes } from './times.js'

if (!customElements.get('live-feed')) customElements.define('live-feed', LiveFeed)
tellTimes(document)

export { LiveFeed, tellTimes }
