// The focus of a picture: a click on the picture writes the two number fields, and a view beside it
// shows what is left when a page cuts the picture to 3:2. Without this script the fields do the same.

const views = document.querySelector('[data-focus-picture]')
const whole = views?.querySelector('.picture-whole img')
const point = views?.querySelector('.picture-focus')
const crop = views?.querySelector('.picture-crop')

/** @param {string} axis @returns {HTMLInputElement | null} */
function field(axis) {
  return document.querySelector(`input[data-focus="${axis}"]`)
}

/** @param {string} axis @returns {number} percent; the middle where the field holds none */
function percent(axis) {
  const value = Number.parseInt(field(axis)?.value ?? '', 10)
  return value >= 0 && value <= 100 ? value : 50
}

function show() {
  const [x, y] = [percent('x'), percent('y')]
  if (point instanceof HTMLElement) {
    point.style.left = `${x}%`
    point.style.top = `${y}%`
    point.hidden = false
  }
  const cut = crop?.querySelector('img')
  if (crop instanceof HTMLElement && cut) {
    cut.style.objectPosition = `${x}% ${y}%`
    crop.hidden = false
  }
}

const [x, y] = [field('x'), field('y')]
if (whole instanceof HTMLImageElement && x && y) {
  whole.classList.add('picture-clickable')
  whole.addEventListener('click', (event) => {
    const box = whole.getBoundingClientRect()
    x.value = String(Math.round(((event.clientX - box.left) / box.width) * 100))
    y.value = String(Math.round(((event.clientY - box.top) / box.height) * 100))
    x.dispatchEvent(new Event('change', { bubbles: true }))
    show()
  })
  for (const each of [x, y]) each.addEventListener('input', show)
  show()
}

export {} // its names are its own
