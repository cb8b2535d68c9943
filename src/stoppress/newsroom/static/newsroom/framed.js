/**
 * The script of the pages that stand in frames of other sites' pages.
 *
 * It stores nothing: in a frame of another site a browser may forbid it.
 */

import './framed/opaque.js'
import '../stoppress/live/index.js'
import './paper/days.js'
import './paper/status.js'
import './framed/height.js'
import './framed/hold.js'
