/** What `import 'stop-press-live'` adds to a page, besides its exports. */

import type { LiveFeed } from './index.js'
import type { Frame } from './rule.js'

export * from './index.js'
export type { Frame, Item } from './rule.js'

/** What a feed's event says: a frame of the stream, or a range of older items. */
export type Told = Partial<Frame> & Pick<Frame, 'type' | 'stream' | 'cursor'>

declare global {
  interface HTMLElementTagNameMap {
    'live-feed': LiveFeed
  }
  interface GlobalEventHandlersEventMap {
    'stoppress:event': CustomEvent<Told>
    'stoppress:state': CustomEvent<{ state: string, since: number }>
    'stoppress:waiting': CustomEvent<{ count: number }>
  }
}
