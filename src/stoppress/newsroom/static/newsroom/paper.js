/**
 * The script of every page of the newspaper.
 *
 * The wheel and the served site have it as one file, which `make client` makes.
 */

import '../stoppress/live/index.js'
import './story.js'
import './embed.js'
import './breaking.js'
import './reading.js'
