// The page is the same on every instance; the example is for this one.
for (const place of document.querySelectorAll('[data-origin]')) place.textContent = location.origin
