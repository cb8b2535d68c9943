const WHILE = 1_000

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue
    observer.unobserve(target)
    setTimeout(() => target.removeAttribute('data-unseen'), WHILE)
  }
})

/** Mark a new element until a second after it came on the screen. @param {Element} element */
export function markUnseen(element) {
  element.setAttribute('data-unseen', '')
  observer.observe(element)
}
