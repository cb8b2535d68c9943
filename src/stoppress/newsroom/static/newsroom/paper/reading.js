/** What a page tells its reader: how it is, what waits, and what is new since the last visit. */

import './title.js'
import './status.js'
import './unread.js'
import './story-seen.js'
