/**
 * The script of every page of the newspaper.
 *
 * The wheel and the served site have it as one file, which `make client` makes.
 */

import '../stoppress/live/index.js'
import './paper/story.js'
import './paper/embed.js'
import './paper/breaking.js'
import './paper/days.js'
import './paper/print.js'
import './paper/reading.js'
